"""Interfaces for Nipype, which must be installed: ``from softcord.nipype import Measure, Segment``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nipype.interfaces.base import BaseInterface, BaseInterfaceInputSpec, File, TraitedSpec, isdefined, traits

from ._measure import measure
from ._segment import segment


class _SegmentInput(BaseInterfaceInputSpec):  # type: ignore[misc]
    in_file = File(exists=True, mandatory=True, desc="scan of any contrast and orientation")
    out_file = File("cord.nii.gz", usedefault=True, desc="soft mask to write, in the node's folder")
    everywhere = traits.Bool(False, usedefault=True, desc="look at every voxel")
    largest = traits.Bool(False, usedefault=True, desc="keep only the largest connected piece")


class _SegmentOutput(TraitedSpec):  # type: ignore[misc]
    out_file = File(exists=True, desc="share of each voxel that is cord")


class Segment(BaseInterface):  # type: ignore[misc]
    """Segments the spinal cord: a scan in, a soft mask out."""

    input_spec, output_spec = _SegmentInput, _SegmentOutput

    def _run_interface(self, runtime: Any) -> Any:
        mask = segment(self.inputs.in_file, everywhere=self.inputs.everywhere, largest=self.inputs.largest)
        mask.to_filename(Path(runtime.cwd) / self.inputs.out_file)
        return runtime

    def _list_outputs(self) -> dict[str, str]:
        return {"out_file": str(Path(self.inputs.out_file).absolute())}


class _MeasureInput(BaseInterfaceInputSpec):  # type: ignore[misc]
    in_file = File(exists=True, mandatory=True, desc="mask of the cord")
    per = traits.Enum("slice", "level", "range", usedefault=True, desc="what one row tells about")
    discs = File(exists=True, desc="labels of discs")
    vertebrae = traits.Str(desc="vertebrae to measure, such as C2:C3")
    out_file = File("areas.tsv", usedefault=True, desc="table to write, in the node's folder")


class _MeasureOutput(TraitedSpec):  # type: ignore[misc]
    out_file = File(exists=True, desc="table of areas, diameters and shape")


class Measure(BaseInterface):  # type: ignore[misc]
    """Measures the cord: a mask in, a table out."""

    input_spec, output_spec = _MeasureInput, _MeasureOutput

    def _run_interface(self, runtime: Any) -> Any:
        given = {name: value for name in ("discs", "vertebrae") if isdefined(value := getattr(self.inputs, name))}
        table = measure(self.inputs.in_file, per=self.inputs.per, **given)
        table.to_csv(Path(runtime.cwd) / self.inputs.out_file, sep="\t", index=False, na_rep="n/a")
        return runtime

    def _list_outputs(self) -> dict[str, str]:
        return {"out_file": str(Path(self.inputs.out_file).absolute())}
