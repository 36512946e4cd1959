"""nnU-Net v2 as an outside peer of a study: the same people, its own planner and trainer (3d_fullres), its masks where `softcord study` looks.

Usage: nnunet_peer.py STUDY_DIR [--label binary] [--epochs 50] [--iterations 250] [--memory GB] [--device cpu|cuda] [--threads 1] [--people N]
Needs nnunetv2 and nibabel. STUDY_DIR is a folder that `softcord study` wrote; its scans.tsv says who is trained on and who is tested.

Writes STUDY_DIR/peers/nnunet (its masks) and STUDY_DIR/peers/nnunet-soft (its softmax), in the layout of BIDS derivatives, so that
`softcord study` and `softcord evaluate` judge them like any other. What it converted, planned and trained stays in
STUDY_DIR/peers/nnunet-work: the same command again goes on with the masks that are missing; --retrain begins anew.
"""

import argparse
import csv
import json
import os
import pathlib
import shutil
import time

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("study", type=pathlib.Path)
parser.add_argument("--label", default="binary", help="column of scans.tsv without label_: what is learned, cut at one half")
parser.add_argument("--epochs", type=int, default=50)
parser.add_argument("--iterations", type=int, default=250, help="training steps of an epoch; nnU-Net's own are 250")
parser.add_argument("--device", default="cpu")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--memory", type=float, help="GB of a GPU that the planner may use; nnU-Net's own are 8; fewer make smaller patches and batches")
parser.add_argument("--no-bfloat16", action="store_true", help="on a CPU: single precision, as nnU-Net itself, in twice the time")
parser.add_argument("--no-mirroring", action="store_true", help="predict each window once instead of eight times")
parser.add_argument("--people", type=int, help="only so many people of each side: a rehearsal")
parser.add_argument("--retrain", action="store_true")
options = parser.parse_args()

work = (options.study / "peers" / "nnunet-work").resolve()
NUMBER, NAME = 701, "Dataset701_Study"
for variable, folder in [("nnUNet_raw", "raw"), ("nnUNet_preprocessed", "preprocessed"), ("nnUNet_results", "results")]:
    os.environ[variable] = str(work / folder)
    (work / folder).mkdir(parents=True, exist_ok=True)
os.environ.setdefault("nnUNet_n_proc_DA", str(options.threads))

import nibabel
import numpy
import torch

torch.set_num_threads(options.threads)

with open(options.study / "scans.tsv") as file:
    rows = list(csv.DictReader(file, delimiter="\t"))
if options.people:
    for side in ("train", "test"):
        kept = sorted({row["participant_id"] for row in rows if row["side"] == side})[: options.people]
        rows = [row for row in rows if row["side"] != side or row["participant_id"] in kept]


def located(path):
    """Paths in scans.tsv are as the study was called: from the folder it was called in, or absolute."""
    return pathlib.Path(path) if pathlib.Path(path).exists() else options.study / path


def case(row):
    return pathlib.Path(row["image"]).name.split(".")[0]


def convert():
    raw = work / "raw" / NAME
    shutil.rmtree(raw, ignore_errors=True)
    for folder in ("imagesTr", "labelsTr"):
        (raw / folder).mkdir(parents=True)
    count = 0
    for row in rows:
        label = row["label_" + options.label]
        if row["side"] != "train" or label == "n/a":
            continue
        image = nibabel.load(located(row["image"]))
        mask = numpy.asarray(nibabel.load(located(label)).dataobj) > 0.5
        # nnU-Net asks for exactly the same geometry.
        nibabel.save(nibabel.Nifti1Image(numpy.asarray(image.dataobj, dtype="float32"), image.affine), raw / "imagesTr" / f"{case(row)}_0000.nii.gz")
        nibabel.save(nibabel.Nifti1Image(mask.astype("uint8"), image.affine), raw / "labelsTr" / f"{case(row)}.nii.gz")
        count += 1
    description = {
        "channel_names": {"0": "MRI"}, "labels": {"background": 0, "cord": 1}, "numTraining": count, "file_ending": ".nii.gz",
    }
    (raw / "dataset.json").write_text(json.dumps(description))
    print(f"converted {count} scans")


def plan():
    from nnunetv2.experiment_planning.plan_and_preprocess_api import extract_fingerprints, plan_experiments, preprocess

    extract_fingerprints([NUMBER], num_processes=options.threads, check_dataset_integrity=True)
    identifier = plan_experiments([NUMBER], gpu_memory_target_in_gb=options.memory)
    preprocess([NUMBER], identifier or "nnUNetPlans", configurations=["3d_fullres"], num_processes=[options.threads])


def precision():
    """nnU-Net computes in half precision on GPUs alone; processors know bfloat16, in half the time."""
    return torch.autocast("cpu", torch.bfloat16, enabled=options.device == "cpu" and not options.no_bfloat16)


def train():
    from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

    folder = work / "preprocessed" / NAME
    plans = {**json.loads((folder / "nnUNetPlans.json").read_text()), "continue_training": False}
    dataset = json.loads((folder / "dataset.json").read_text())
    # All people of the training side; the last weights are taken, so nothing is chosen on them.
    trainer = nnUNetTrainer(plans, "3d_fullres", "all", dataset, device=torch.device(options.device))
    trainer.num_epochs, trainer.num_iterations_per_epoch = options.epochs, options.iterations
    trainer.num_val_iterations_per_epoch = min(trainer.num_val_iterations_per_epoch, max(1, options.iterations // 10))
    start = time.time()
    with precision():
        trainer.run_training()
    steps, full = options.epochs * options.iterations, plans["configurations"]["3d_fullres"]
    print(f"trained {steps} steps in {time.time() - start:.0f} s on {options.device}, {options.threads} threads; "
          f"patch {full['patch_size']}, batch {full['batch_size']}")


def predict():
    from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor

    device = torch.device(options.device)
    predictor = nnUNetPredictor(
        device=device, perform_everything_on_device=options.device != "cpu", allow_tqdm=False, use_mirroring=not options.no_mirroring)
    predictor.initialize_from_trained_model_folder(
        str(work / "results" / NAME / "nnUNetTrainer__nnUNetPlans__3d_fullres"), use_folds=("all",), checkpoint_name="checkpoint_final.pth")
    scratch = work / "predicted"
    scratch.mkdir(exist_ok=True)
    for row in [row for row in rows if row["side"] == "test"]:
        hard, soft = (options.study / "peers" / name / f"{row['derivative']}.nii.gz" for name in ("nnunet", "nnunet-soft"))
        if hard.exists() and soft.exists() and not options.retrain:
            continue
        image = nibabel.load(located(row["image"]))
        source = scratch / f"{case(row)}_0000.nii.gz"
        nibabel.save(nibabel.Nifti1Image(numpy.asarray(image.dataobj, dtype="float32"), image.affine), source)
        with precision():
            predictor.predict_from_files_sequential([[str(source)]], [str(scratch / case(row))], save_probabilities=True, overwrite=True)
        mask = numpy.asarray(nibabel.load(scratch / f"{case(row)}.nii.gz").dataobj)
        # Axes of arrays are in the order of SimpleITK: z, y, x.
        share = numpy.load(scratch / f"{case(row)}.npz")["probabilities"][1].transpose(2, 1, 0)
        for path, values in [(soft, share.astype("float32")), (hard, mask.astype("float32"))]:
            path.parent.mkdir(parents=True, exist_ok=True)
            nibabel.save(nibabel.Nifti1Image(values, image.affine), path)
        print(f"predicted {case(row)}")


# nnU-Net's own processes read this file again.
if __name__ == "__main__":
    final = work / "results" / NAME / "nnUNetTrainer__nnUNetPlans__3d_fullres" / "fold_all" / "checkpoint_final.pth"
    if options.retrain or not final.exists():
        convert()
        plan()
        train()
    predict()
