"""Masks are those of the tool; the process that makes them may end, and this one be copied."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from conftest import Tool

import softcord

Neck = tuple[nib.Nifti1Image, nib.Nifti1Image]


@pytest.fixture(scope="module")
def expected(neck: Neck) -> np.ndarray:
    return np.asarray(softcord.segment(neck[0]).dataobj)


def test_the_voxels_are_the_tools(neck: Neck, expected: np.ndarray, tool: Tool, tmp_path: Path) -> None:
    path = tmp_path / "scan.nii.gz"
    nib.save(neck[0], path)
    tool("segment", path, "-o", tmp_path / "mask.nii.gz")
    written = nib.load(tmp_path / "mask.nii.gz")
    told: list[float] = []
    mask = softcord.segment(path, progress=told.append)
    assert np.array_equal(mask.dataobj, written.dataobj) and mask.get_data_dtype() == np.float32
    assert np.allclose(mask.affine, written.affine, atol=1e-5)
    assert [int(mask.header[name]) for name in ("sform_code", "qform_code")] == [int(written.header[name]) for name in ("sform_code", "qform_code")]
    assert told == sorted(told) and told[-1] == 1
    # float32 keeps what the simulator made: file, image and array are the same.
    assert np.array_equal(expected, written.dataobj)
    assert np.array_equal(softcord.segment((np.ascontiguousarray(neck[0].dataobj), neck[0].affine)).dataobj, expected)
    half = softcord.segment(path, binarize=0.5, progress=True)
    assert np.array_equal(half.dataobj, expected > 0.5)


def test_uncertainty(neck: Neck, expected: np.ndarray) -> None:
    with softcord.Segmenter(device="cpu", precision="float32", threads=2) as segmenter:
        mask, uncertainty = segmenter.segment_with_uncertainty(neck[0])
    spread = np.asarray(uncertainty.dataobj)
    assert 0.01 < spread.max() <= 0.5 and np.abs(np.asarray(mask.dataobj) - expected).max() < 0.05


def test_the_process_stays_and_nothing_is_copied_twice(neck: Neck) -> None:
    voxels = np.zeros((160, 160, 160), np.float32, order="F")
    x, y, z = neck[0].shape
    voxels[:x, :y, :z] = neck[0].dataobj
    voxels += np.float32(0.01)
    with softcord.Segmenter() as segmenter:
        segmenter.segment(neck[0])
        process = segmenter._worker.pid
        tracemalloc.start()
        mask = segmenter.segment((voxels, neck[0].affine))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert segmenter._worker.pid == process
    assert mask.shape == voxels.shape
    assert peak < 1.05 * voxels.nbytes, "the mask is the only array of that size in this process"


def test_a_process_that_is_killed_is_replaced(neck: Neck, expected: np.ndarray) -> None:
    with softcord.Segmenter() as segmenter:
        segmenter.segment(neck[0])

        def kill(fraction: float) -> None:
            os.kill(segmenter._worker.pid, signal.SIGKILL)  # type: ignore[arg-type]

        # On a busy machine a mask may be there before the process is killed.
        with pytest.raises(softcord.WorkerError, match="SIGKILL"):
            for _ in range(20):
                assert np.array_equal(segmenter.segment(neck[0], progress=kill).dataobj, expected)
        assert np.array_equal(segmenter.segment(neck[0]).dataobj, expected)
        # Between two scans, too.
        os.kill(segmenter._worker.pid, signal.SIGKILL)  # type: ignore[arg-type]
        time.sleep(0.2)
        assert np.array_equal(segmenter.segment(neck[0]).dataobj, expected)

        def interrupt(fraction: float) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            segmenter.segment(neck[0], progress=interrupt)
        assert np.array_equal(segmenter.segment(neck[0]).dataobj, expected)


def test_what_cannot_be_segmented_says_why(neck: Neck, expected: np.ndarray, tmp_path: Path) -> None:
    voxels, affine = np.asarray(neck[0].dataobj), neck[0].affine
    generator = np.random.default_rng(1)
    for kind, scan, remedy in [
        (softcord.NoCordError, (generator.random((40, 40, 40), np.float32), np.eye(4)), "everywhere"),
        (softcord.InputError, (voxels > voxels.mean() * 4, affine), "binary mask"),
        (softcord.InputError, (np.full_like(voxels, np.nan), affine), "nan_to_num"),
        (softcord.InputError, (voxels, np.diag([1.0, 1, 0, 1])), "affine"),
        (softcord.InputError, (voxels[..., 0], affine), "three axes"),
        (softcord.InputError, (voxels.astype("U4"), affine), "real numbers"),
        (softcord.MissingError, tmp_path / "none.nii.gz", "check the path"),
    ]:
        with pytest.raises(kind) as failure:
            softcord.segment(scan)
        assert remedy in str(failure.value), failure.value
    assert np.array_equal(softcord.segment((voxels, affine)).dataobj, expected)
    with pytest.raises(softcord.InputError, match="binarize"):
        softcord.segment(neck[0], binarize=1)
    several = nib.Nifti1Image(np.stack([voxels, voxels], -1), affine)
    with pytest.raises(softcord.InputError, match="volume=0"):
        softcord.segment(several)
    assert np.array_equal(softcord.segment(several, volume=1).dataobj, expected)


def test_models_and_devices_that_are_not_there(neck: Neck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(softcord.MissingError, match="none.safetensors"):
        softcord.Segmenter(model=tmp_path / "none.safetensors").segment(neck[0])
    with pytest.raises(softcord.InputError, match="abacus"):
        softcord.Segmenter(device="abacus").segment(neck[0])
    (tmp_path / "empty.safetensors").touch()
    with pytest.raises(softcord.ModelError, match="empty.safetensors"):
        softcord.Segmenter(model=tmp_path / "empty.safetensors").segment(neck[0])
    monkeypatch.setenv("SOFTCORD", str(tmp_path))
    with pytest.raises(softcord.MissingError, match="SOFTCORD"):
        softcord.Segmenter().segment(neck[0])
    monkeypatch.setenv("SOFTCORD", "/bin/true")
    with pytest.raises(softcord.WorkerError, match="ended with status 0"):
        softcord.Segmenter().segment(neck[0])


def test_threads_share_a_process(neck: Neck, expected: np.ndarray) -> None:
    areas = softcord.measure((expected, neck[0].affine))
    barrier = threading.Barrier(8)

    def work(_: int) -> bool:
        barrier.wait()
        mask = softcord.segment(neck[0])
        return np.array_equal(mask.dataobj, expected) and softcord.measure((mask.dataobj, mask.affine)).equals(areas)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))


def segment_and_measure(scan: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, float]:
    mask = softcord.segment(scan)
    softcord.simulate_scan(side=48, levels="C3:C3")
    return np.asarray(mask.dataobj), float(softcord.measure(mask)["csa_mm2"].sum())


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_work_at_once(neck: Neck, expected: np.ndarray, method: str) -> None:
    # The copies must not use the process that this one has started.
    scan = (np.asarray(neck[0].dataobj), neck[0].affine)
    own = segment_and_measure(scan)
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context(method)) as pool:
        for mask, area in pool.map(segment_and_measure, [scan] * 4):
            assert np.array_equal(mask, expected) and area == own[1]
    assert segment_and_measure(scan)[1] == own[1]


def test_the_import_is_quick_and_brings_no_torch() -> None:
    code = "import time; start = time.process_time(); import softcord; print(time.process_time() - start); import sys; print(*sys.modules)"
    runs = [subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True).stdout.split("\n") for _ in range(5)]
    assert min(float(seconds) for seconds, *_ in runs) <= 0.15
    assert not {"torch", "numpy", "nibabel", "pandas"} & set(runs[0][1].split())
