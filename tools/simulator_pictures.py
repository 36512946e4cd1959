"""Makes the pictures of docs/simulator.md: each simulated contrast beside a real scan of the same kind.

    python3 tools/simulator_pictures.py [--tool .build/release/softcord] [--data ../shared/data] [--seed 7] [--out docs/images]

Each picture shows, real on the left of simulated: the sagittal plane through the cord, an axial slice, and its middle enlarged; and
simulator-slab.png shows slices along an MT-off slab, simulator-pathology.png what the simulator can make of a cord. Real scans come from a
folder of public test scans (docs/model-card.md names them): gm-challenge (CC0), spinegeneric_unf (CC-BY-4.0), errsm_18 and
sct_testing_data (MIT). Without that folder only the simulated halves are drawn. Needs nibabel, numpy, scipy, pillow.
"""

import argparse
import pathlib
import subprocess
import tempfile

import nibabel
import numpy
from PIL import Image, ImageDraw
from scipy.ndimage import map_coordinates

# Contrast: real scan, its mask (or None: the brightest blob is the cord), source.
REAL = {
    "T1w": ("sct_testing_data/t1/t1w", "sct_testing_data/t1/t1w_seg-manual", "SCT test data (MIT)"),
    "T2w": ("errsm_18/T2w", "errsm_18/T2w_seg-manual", "SCT errsm_18 (MIT)"),
    "T2star": ("gm-challenge/sub-9604_run-1_T2starw", "gm-challenge/sub-9604_run-1_T2starw_seg-manual", "GM challenge (CC0)"),
    "flip-1_mt-on_MTS": ("spinegeneric_unf/sub-05_MTon", "spinegeneric_unf/sub-05_MTon_seg", "Spine Generic sub-unf05 (CC-BY-4.0)"),
    "flip-2_mt-off_MTS": ("spinegeneric_unf/sub-05_MToff", "spinegeneric_unf/sub-05_MTon_seg", "Spine Generic sub-unf05 (CC-BY-4.0)"),
    "rec-average_dwi": ("sct_testing_data/dmri/dwi_mean", None, "SCT test data (MIT)"),
}
# Rows of a picture: sagittal or axial, mm per pixel.
VIEWS = [("sagittal", 0.75), ("axial", 0.7), ("axial", 0.2)]
TILE = 200
# What cohorts leave out and training shows.
SLAB = """
anatomy: {seam: 1.2}
simulation: {protocols: {flip-2_mt-off_MTS: {artefacts: {slabEnds: {probability: 1, strength: {from: 0.8, to: 1}}}}}}
"""


def load(path):
    image = nibabel.as_closest_canonical(nibabel.load(str(path)))
    return numpy.asarray(image.dataobj, dtype=numpy.float32), image.affine


def middle(mask, affine, share=0.5):
    """World position of the mask's middle: the center of its slice at a share of its height."""
    voxels = numpy.argwhere(mask > 0.5)
    slices = numpy.unique(voxels[:, 2])
    place = voxels[voxels[:, 2] == slices[int(share * (len(slices) - 1))]].mean(axis=0)
    return affine[:3, :3] @ place + affine[:3, 3]


def blob(image, affine):
    """The middle of the brightest voxels of the middle slice."""
    z = image.shape[2] // 2
    plane = image[:, :, z]
    voxels = numpy.argwhere(plane > numpy.percentile(plane, 97))
    place = numpy.append(numpy.median(voxels, axis=0), z)
    return affine[:3, :3] @ place + affine[:3, 3]


def tile(image, affine, focus, view, pixel):
    """A plane through the focus as 8-bit gray levels; black outside of the image."""
    axes = affine[:3, :3] / numpy.linalg.norm(affine[:3, :3], axis=0)
    right, down = (numpy.array([0, -1.0, 0]), numpy.array([0, 0, -1.0])) if view == "sagittal" else (-axes[:, 0], -axes[:, 1])
    steps = (numpy.arange(TILE) - (TILE - 1) / 2) * pixel
    world = focus[:, None, None] + down[:, None, None] * steps[None, :, None] + right[:, None, None] * steps[None, None, :]
    inverse = numpy.linalg.inv(affine)
    index = numpy.tensordot(inverse[:3, :3], world, 1) + inverse[:3, 3][:, None, None]
    plane = map_coordinates(image, index, order=1, mode="constant", cval=numpy.nan)
    near = plane[40:160, 40:160] if view == "axial" else plane[:, 60:140]
    shown = near[numpy.isfinite(near)]
    if shown.size == 0:
        return numpy.zeros((TILE, TILE), numpy.uint8)
    low, high = numpy.percentile(shown, [1, 99.3])
    return (255 * numpy.nan_to_num(numpy.clip((plane - low) / max(high - low, 1e-6), 0, 1))).astype(numpy.uint8)


def along_slab(image, affine, mask, place):
    """The slice at a share of the slab, around the cord of the nearest slice that the mask holds."""
    voxels = numpy.argwhere(mask > 0.5)
    z = round(place * (image.shape[2] - 1))
    near = voxels[numpy.abs(voxels[:, 2] - z).argmin(), 2]
    # The outermost slices' own planes lie on the image's border.
    focus = numpy.append(voxels[voxels[:, 2] == near][:, :2].mean(axis=0), min(max(z, 0.01), image.shape[2] - 1.01))
    return tile(image, affine, affine[:3, :3] @ focus + affine[:3, 3], "axial", 0.2)


def sheet(columns, path):
    """Columns of (title, tiles) side by side."""
    gap, head = 4, 16
    rows = len(columns[0][1])
    page = Image.new("L", (len(columns) * (TILE + gap) - gap, head + rows * (TILE + gap) - gap), 20)
    pen = ImageDraw.Draw(page)
    for x, (title, tiles) in enumerate(columns):
        pen.text((x * (TILE + gap) + 3, 2), title, fill=230)
        for y, pixels in enumerate(tiles):
            page.paste(Image.fromarray(pixels), (x * (TILE + gap), head + y * (TILE + gap)))
    page.save(path, optimize=True)
    print(path, f"{pathlib.Path(path).stat().st_size / 1000:.0f} kB")


def simulated(folder, contrast):
    """Image, affine, and the levels' voxels of a simulated scan of the first person."""
    place = "dwi" if contrast.endswith("dwi") else "anat"
    image = load(folder / f"sub-001/{place}/sub-001_{contrast}.nii.gz")
    stem = {"flip-1_mt-on_MTS": "acq-flip1mton_space-MTS", "flip-2_mt-off_MTS": "acq-flip2mtoff_space-MTS",
            "rec-average_dwi": "rec-average_space-dwi"}.get(contrast, f"space-{contrast}")
    levels, _ = load(folder / f"derivatives/truth/sub-001/{place}/sub-001_{stem}_seg-levels_dseg.nii.gz")
    return *image, levels


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", default=".build/release/softcord")
    parser.add_argument("--data", default="../shared/data", type=pathlib.Path)
    parser.add_argument("--out", default="docs/images", type=pathlib.Path)
    parser.add_argument("--seed", default="7")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)

        def simulate(name, *arguments):
            subprocess.run([options.tool, "simulate", str(folder / name), "--seed", options.seed, *arguments], check=True, capture_output=True)
            return folder / name

        healthy = simulate("healthy")
        for contrast, (scan, mask, source) in REAL.items():
            columns = []
            if options.data.exists():
                image, affine = load(options.data / (scan + ".nii.gz"))
                focus = middle(*load(options.data / (mask + ".nii.gz")), 0.6) if mask else blob(image, affine)
                columns.append((source, [tile(image, affine, focus, *view) for view in VIEWS]))
            image, affine, levels = simulated(healthy, contrast)
            focus = middle(levels == 4, affine)
            columns.append((f"simulated {contrast}", [tile(image, affine, focus, *view) for view in VIEWS]))
            sheet(columns, options.out / f"simulator-{contrast.split('_')[1] if 'mt-' in contrast else contrast.split('_')[-1]}.png")
        settings = folder / "slab.yaml"
        settings.write_text(SLAB)
        off = "flip-2_mt-off_MTS"
        rows = [simulated(simulate("slab", "--contrasts", off, "--config", str(settings)), off)]
        if options.data.exists():
            scan, mask, _ = REAL[off]
            rows.insert(0, (*load(options.data / (scan + ".nii.gz")), load(options.data / (mask + ".nii.gz"))[0]))
        places = {"lower end": 0, "a tenth up": 0.1, "middle": 0.5, "a tenth from the top": 0.9, "upper end": 1}
        sheet([(title, [along_slab(*row, place) for row in rows]) for title, place in places.items()], options.out / "simulator-slab.png")
        columns = []
        for pathology in ["atrophy", "compression", "lesion", "trauma", "syrinx", "oedema"]:
            folder_of = simulate(pathology, "--pathology", pathology, "--contrasts", "T2w")
            image, affine, _ = simulated(folder_of, "T2w")
            rows = (folder_of / "derivatives/truth/findings.tsv").read_text().splitlines()[1:]
            worst = max((row.split("\t") for row in rows), key=lambda row: abs(float(row[5])))
            line = numpy.loadtxt(folder_of / "derivatives/truth/sub-001/anat/sub-001_space-T2w_label-SC_centerline.tsv", skiprows=1)
            s = 60 if worst[3] == "n/a" else float(worst[3])
            focus = line[numpy.argmin(abs(line[:, 0] - s)), 1:]
            columns.append((pathology, [tile(image, affine, focus, "sagittal", 0.5), tile(image, affine, focus, "axial", 0.2)]))
        sheet(columns, options.out / "simulator-pathology.png")


if __name__ == "__main__":
    main()
