"""Models of nnU-Net v2 with random weights on real scans: `softcord segment` against `nnUNetv2_predict` without mirroring.

Plans and checkpoints are made by nnU-Net itself (its planner on a made-up data set; its trainer's weights, never trained), with a quarter of
the planned features, for speed. For each model it prints the Dice of the two masks and the share of voxels whose probabilities differ by
more than 0.01, and the same against nnU-Net with windows added up in single precision instead of half, which is what differs most: at the
edges of a scan the weights of windows are so small that half precision leaves outputs hardly a digit.
Bars: Dice at least 0.995; at most 0.1 % of the voxels.

Run: python tools/nnunet_agreement.py SOFTCORD DATA    (nnunetv2 2.8, nibabel; DATA: the folder of public test scans)
"""
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
WORK = pathlib.Path(tempfile.mkdtemp())
# nnU-Net's commands lie beside the Python that runs this.
os.environ["PATH"] = os.pathsep.join([str(pathlib.Path(sys.executable).parent), os.environ["PATH"]])
for variable in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
    os.environ[variable] = str(WORK / variable)
    (WORK / variable).mkdir()
spec = importlib.util.spec_from_file_location("golden_nnunet", HERE / "golden/nnunet.py")
golden = importlib.util.module_from_spec(spec)
spec.loader.exec_module(golden)

import nibabel as nib
import numpy as np
from nnunetv2.experiment_planning.plan_and_preprocess_api import extract_fingerprints, plan_experiments

MODELS = [  # name, planner, scan, voxel size and shape of the made-up training images, labels, order of regions, reader, masked z-score
    ("plain, 1 mm", "ExperimentPlanner", "errsm_20/T2w.nii.gz", (0.9, 1.0, 1.1), (40, 40, 32),
     {"background": 0, "spinal_cord": 1}, None, "SimpleITKIO", False),
    ("residual, three classes, thick slices", "nnUNetPlannerResEncM", "gm-challenge/sub-10062Ses1_run-1_T2starw.nii.gz",
     (0.8, 0.8, 5.0), (96, 96, 12), {"background": 0, "csf": 1, "sc": 2}, None, "SimpleITKIO", False),
    ("plain, regions, reoriented, masked", "ExperimentPlanner", "errsm_22/T2w.nii.gz", (1.1, 1.0, 0.9), (32, 40, 40),
     {"background": 0, "lesion": 2, "cord": [1, 2]}, [1, 2], "NibabelIOWithReorient", True),
]


def planned(number, planner, zooms, shape):
    """nnU-Net's own plans for a data set of noise."""
    folder = WORK / f"nnUNet_raw/Dataset{number:03d}_Random"
    rng = np.random.default_rng(number)
    for kind in ("imagesTr", "labelsTr"):
        (folder / kind).mkdir(parents=True)
    for case in range(3):
        image = rng.gamma(2, 100, shape).astype(np.float32)
        label = np.zeros(shape, np.uint8)
        label[tuple(slice(n // 3, n // 2) for n in shape)] = 1
        for path, values in ((f"imagesTr/c{case}_0000", image), (f"labelsTr/c{case}", label)):
            nib.save(nib.Nifti1Image(values, np.diag([*zooms, 1])), folder / f"{path}.nii.gz")
    (folder / "dataset.json").write_text(json.dumps(
        {"channel_names": {"0": "MRI"}, "labels": {"background": 0, "cord": 1}, "numTraining": 3, "file_ending": ".nii.gz"}))
    extract_fingerprints([number], num_processes=1)
    identifier = plan_experiments([number], planner, gpu_memory_target_in_gb=8)
    return json.loads((WORK / f"nnUNet_preprocessed/Dataset{number:03d}_Random/{identifier}.json").read_text())


def compare(tool, data, number, name, planner, scan, zooms, shape, labels, order, reader, masked):
    plans = planned(number, planner, zooms, shape)
    plans["image_reader_writer"] = reader
    fullres = plans["configurations"]["3d_fullres"]
    fullres["use_mask_for_norm"] = [masked]
    arguments = fullres["architecture"]["arch_kwargs"]
    arguments["features_per_stage"] = [n // 4 for n in arguments["features_per_stage"]]
    folder = WORK / f"model{number}"
    golden.write_model(folder, plans, labels, order, seed=number)
    images, theirs = WORK / f"images{number}", WORK / f"theirs{number}"
    images.mkdir()
    nib.save(nib.load(f"{data}/{scan}"), images / "scan_0000.nii.gz")
    subprocess.run(["nnUNetv2_predict_from_modelfolder", "-i", images, "-o", theirs, "-m", folder, "-f", "0", "--disable_tta", "-device", "cpu",
                    "--save_probabilities", "-npp", "1", "-nps", "1", "--disable_progress_bar"], check=True, stdout=subprocess.DEVNULL)
    model, mask = WORK / f"model{number}.safetensors", WORK / f"mask{number}.nii.gz"
    subprocess.run([tool, "model", "import", folder, "-o", model], check=True)
    subprocess.run([tool, "segment", f"{data}/{scan}", "--model", model, "-o", mask], check=True)
    ours = nib.load(mask)
    ours = (nib.as_closest_canonical(ours) if "Reorient" in reader else ours).get_fdata()
    channel = [k for k in labels if labels[k] != 0].index("cord") if order else labels[next(k for k in labels if k in ("spinal_cord", "sc"))]
    half = np.load(theirs / "scan.npz")["probabilities"][channel].transpose(2, 1, 0)
    single = golden.predict(folder, images / "scan_0000.nii.gz")[channel].transpose(2, 1, 0)
    print(f"{name}: patch {fullres['patch_size']}, features {arguments['features_per_stage']}, transposed {plans['transpose_forward']}, "
          f"scan {ours.shape}; cord in {(half > 0.5).mean():.3f} of the voxels, probabilities {half.mean():.3f} ± {half.std():.3f}")
    good = True
    for precision, reference in (("nnUNetv2_predict", half), ("in single precision", single)):
        a, b = ours > 0.5, reference > 0.5
        dice, difference = 2 * (a & b).sum() / (a.sum() + b.sum()), np.abs(ours - reference)
        apart = (difference > 0.01).mean()
        print(f"  {precision}: Dice {dice:.5f}, apart by more than 0.01: {100 * apart:.4f} %, at most {difference.max():.5f}", flush=True)
        good = good and dice >= 0.995 and apart <= 0.001
    return good


if __name__ == "__main__":
    tool, data = os.path.abspath(sys.argv[1]), sys.argv[2]
    wanted = [int(n) for n in sys.argv[3:]] or range(1, len(MODELS) + 1)
    results = [compare(tool, data, n, *MODELS[n - 1]) for n in wanted]
    sys.exit(0 if all(results) else 1)
