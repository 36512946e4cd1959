"""A tiny model folder as nnU-Net v2 leaves it, and what nnU-Net itself says of a small image with it.

Writes Tests/InferenceTests/Golden/nnunet/{plain,residual}: plans.json, dataset.json, fold_0/checkpoint_final.pth (by nnU-Net's own
trainer, random weights), image.nii.gz (noise) and probabilities.nii.gz (of the cord; windows added up in single precision). `write_model` also serves tools/nnunet_agreement.py.

Run: python tools/golden/nnunet.py    (nnunetv2 2.8, torch, nibabel)
"""
import copy
import functools
import json
import os
import pathlib
import shutil
import tempfile

WORK = tempfile.mkdtemp()
for variable in ("nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"):
    os.environ.setdefault(variable, f"{WORK}/{variable}")
    pathlib.Path(os.environ[variable]).mkdir(exist_ok=True)
os.environ["nnUNet_compile"] = "f"

import nibabel as nib
import numpy as np
import torch
from nnunetv2.inference import predict_from_raw_data
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

GOLDEN = pathlib.Path(__file__).parents[2] / "Tests/InferenceTests/Golden/nnunet"


def plans(kind, spacing, patch, features, strides, transpose, reader, masked):
    """What nnU-Net's planner writes, with sizes of our choice (along the network's axes)."""
    stages = len(features)
    arguments = {
        "n_stages": stages, "features_per_stage": features, "conv_op": "torch.nn.modules.conv.Conv3d", "kernel_sizes": [[3, 3, 3]] * stages,
        "strides": strides, "n_conv_per_stage_decoder": [1] * (stages - 1), "conv_bias": True,
        "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d", "norm_op_kwargs": {"eps": 1e-05, "affine": True}, "dropout_op": None,
        "dropout_op_kwargs": None, "nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": {"inplace": True}}
    arguments["n_conv_per_stage" if kind == "PlainConvUNet" else "n_blocks_per_stage"] = [2] * stages
    smooth = {"is_seg": False, "order": 3, "order_z": 0, "force_separate_z": None}
    return {
        "dataset_name": "Dataset001_Golden", "plans_name": "nnUNetPlans", "image_reader_writer": reader, "transpose_forward": transpose,
        "transpose_backward": [transpose.index(i) for i in range(3)], "label_manager": "LabelManager",
        "foreground_intensity_properties_per_channel": {
            "0": {"max": 9.0, "mean": 1.0, "median": 1.0, "min": 0.0, "percentile_00_5": 0.5, "percentile_99_5": 5.0, "std": 2.0}},
        "original_median_spacing_after_transp": spacing, "original_median_shape_after_transp": patch, "experiment_planner_used": "none",
        "configurations": {"3d_fullres": {
            "data_identifier": "nnUNetPlans_3d_fullres", "preprocessor_name": "DefaultPreprocessor", "batch_size": 2, "patch_size": patch,
            "median_image_size_in_voxels": patch, "spacing": spacing, "normalization_schemes": ["ZScoreNormalization"],
            "use_mask_for_norm": [masked], "batch_dice": False, "resampling_fn_data": "resample_data_or_seg_to_shape",
            "resampling_fn_data_kwargs": smooth, "resampling_fn_seg": "resample_data_or_seg_to_shape",
            "resampling_fn_seg_kwargs": {**smooth, "is_seg": True, "order": 1},
            "resampling_fn_probabilities": "resample_data_or_seg_to_shape", "resampling_fn_probabilities_kwargs": {**smooth, "order": 1},
            "architecture": {"network_class_name": f"dynamic_network_architectures.architectures.unet.{kind}", "arch_kwargs": arguments,
                             "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"]}}}}


def write_model(folder, plans, labels, order=None, seed=0, deviation=1.5):
    """Lets nnU-Net's trainer save random weights whose outputs have the mean 0 and a given deviation on noise."""
    dataset = {"channel_names": {"0": "MRI"}, "labels": labels, "numTraining": 1, "file_ending": ".nii.gz"}
    if order:
        dataset["regions_class_order"] = order
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "fold_0").mkdir(parents=True)
    torch.manual_seed(seed)
    trainer = nnUNetTrainer({**copy.deepcopy(plans), "continue_training": False}, "3d_fullres", 0, dataset, torch.device("cpu"))
    # The trainer looks at the kind of its data, though it trains on none.
    pathlib.Path(trainer.preprocessed_dataset_folder).mkdir(parents=True, exist_ok=True)
    (pathlib.Path(trainer.preprocessed_dataset_folder) / "case.b2nd").touch()
    trainer.initialize()
    network = trainer.network
    with torch.no_grad():
        for p in network.parameters():
            if p.dim() == 1:
                p.add_(0.2 * torch.randn_like(p))
        head = network.decoder.seg_layers[-1]
        network.eval()
        network.decoder.deep_supervision = False
        outputs = network(torch.randn(1, 1, *plans["configurations"]["3d_fullres"]["patch_size"]))
        mean, spread = outputs.mean((0, 2, 3, 4)), outputs.std((0, 2, 3, 4))
        head.weight.mul_((deviation / spread).reshape(-1, 1, 1, 1, 1))
        head.bias.sub_(mean).mul_(deviation / spread)
        network.decoder.deep_supervision = True
    trainer.save_checkpoint(str(folder / "fold_0/checkpoint_final.pth"))
    (folder / "plans.json").write_text(json.dumps(plans, indent=1))
    (folder / "dataset.json").write_text(json.dumps(dataset, indent=1))


def predict(folder, image):
    """Probabilities of all channels without mirroring, on the axes of nnU-Net's reader, with windows added up in single precision.

    nnU-Net does so in half precision, which near the edges of a scan, where weights are tiny, leaves outputs hardly a digit.
    """
    predictor = nnUNetPredictor(use_mirroring=False, device=torch.device("cpu"), verbose=False, allow_tqdm=False)
    predictor.initialize_from_trained_model_folder(str(folder), (0,), "checkpoint_final.pth")
    data, properties = predictor.plans_manager.image_reader_writer_class().read_images([str(image)])
    half, gaussian = torch.half, predict_from_raw_data.compute_gaussian
    torch.half, predict_from_raw_data.compute_gaussian = torch.float32, functools.partial(gaussian, dtype=torch.float32)
    try:
        return predictor.predict_single_npy_array(data, properties, None, None, True)[1]
    finally:
        torch.half, predict_from_raw_data.compute_gaussian = half, gaussian


def golden():
    cases = {
        # Thick axis second in the file; two classes; masked z-score.
        "plain": (plans("PlainConvUNet", [3.0, 0.9, 0.8], [4, 16, 16], [3, 4, 4], [[1, 1, 1], [1, 2, 2], [2, 2, 2]], [1, 0, 2], "NibabelIO", True),
                  {"background": 0, "spinal_cord": 1}, None, (13, 7, 15), (0.8, 3.3, 0.7)),
        # All axes alike; regions; reoriented.
        "residual": (plans("ResidualEncoderUNet", [1.0, 1.0, 1.0], [8, 8, 16], [3, 4, 4], [[1, 1, 1], [2, 2, 2], [1, 1, 2]], [0, 1, 2],
                           "NibabelIOWithReorient", False),
                     {"background": 0, "lesion": 2, "cord": [1, 2]}, [1, 2], (14, 11, 9), (0.9, 1.2, 1.1))}
    rng = np.random.default_rng(3)
    for name, (plan, labels, order, shape, zooms) in cases.items():
        folder = GOLDEN / name
        write_model(folder, plan, labels, order)
        image = rng.gamma(2, 2, shape).astype(np.float32)
        image[:2], image[5, 3, 4] = 0, 0  # an empty rim, and a hole
        affine = np.diag([-zooms[0], zooms[1], zooms[2], 1])
        affine[:3, 3] = 5, -7, 3
        nib.save(nib.Nifti1Image(image, affine), folder / "image.nii.gz")
        cord = predict(folder, folder / "image.nii.gz")[1].transpose(2, 1, 0).astype(np.float32)
        # Reoriented readers answer on their own axes: back to the file's.
        back = cord[::-1] if "Reorient" in plan["image_reader_writer"] else cord
        nib.save(nib.Nifti1Image(back, affine), folder / "probabilities.nii.gz")
        print(name, "cord in", round(float((back > 0.5).mean()), 3), "of the image")
    (GOLDEN / "README").write_text("Written by tools/golden/nnunet.py.\n")


if __name__ == "__main__":
    golden()
