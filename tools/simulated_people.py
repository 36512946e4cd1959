"""Simulated scans beside their exact truth, as `softcord simulate` lays them out; shared by the tools that judge a model on them."""

import json
import pathlib
import subprocess
import tempfile

import nibabel


def pairs(folder):
    """Path of each scan below a folder, and of the exact fraction of its voxels that is cord."""
    for truth in sorted(pathlib.Path(folder).rglob("derivatives/truth/sub-*/*/*_label-SC_probseg.nii.gz")):
        record = json.loads(truth.with_name(truth.name[: -len(".nii.gz")] + ".json").read_text())
        yield truth.parents[4] / record["Sources"][0].split(":", 2)[2], truth


class Segmenter:
    """Runs `softcord segment` and reads what it wrote."""

    def __init__(self, tool, model=None, threads=None, uncertainty=False):
        self.command = [str(tool), "segment"]
        self.flags = (["--model", str(model)] if model else []) + (["--threads", str(threads)] if threads else [])
        self.uncertainty = uncertainty

    def __call__(self, scan):
        """Mask, map of uncertainty (or None), sidecar; None where no cord was found."""
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            flags = self.flags + (["--uncertainty"] if self.uncertainty else [])
            result = subprocess.run([*self.command, str(scan), "-o", str(folder / "mask.nii.gz"), *flags], capture_output=True, text=True)
            if result.returncode != 0:
                return None
            read = lambda name: nibabel.load(folder / name).get_fdata(dtype="float32")
            sidecar = json.loads((folder / "mask.json").read_text())
            return read("mask.nii.gz"), read("mask_uncertainty.nii.gz") if self.uncertainty else None, sidecar
