#!/usr/bin/env python3
"""Writes the first inputs of the fuzz targets into corpus/: small, sound files of each kind. Needs Python alone."""
import collections
import gzip
import io
import json
import pathlib
import pickle
import struct
import sys
import types
import zipfile

corpus = pathlib.Path(__file__).parent / "corpus"


def save(target, name, content):
    folder = corpus / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def header(version=1, order="<", shape=(3, 3, 2), code=4, bits=16, magic=None, slope=1.0, qform=1, sform=1):
    """A NIfTI header with voxels of 1 x 1 x 2 mm; `code` is the data type."""
    pair = magic in (b"ni1\0", b"ni2\0")
    offset = 0 if pair else {1: 352, 2: 544}[version]
    dims = [len(shape), *shape] + [1] * (7 - len(shape))
    pixdim = [1.0, 1.0, 1.0, 2.0] + [1.0] * 4
    rows = [1, 0, 0, -1, 0, 1, 0, -2, 0, 0, 2, -3]
    if version == 1:
        content = struct.pack(
            order + "i36x8h12xhhhh8ffffhbbffffii80s24xhh6f12f16x4s", 348, *dims, 0, code, bits, 0, *pixdim, offset, slope, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0,
            b"seed", qform, sform, 0, 0, 0, -1, -2, -3, *rows, magic or b"n+1\0")
    else:
        content = struct.pack(
            order + "i8shh8q24x8dqdd48x80s24xii6d12diii16xb15x", 540, (magic or b"n+2\0") + b"\r\n\x1a\n", code, bits, *dims, *pixdim, offset, slope,
            0, b"seed", qform, sform, 0, 0, 0, -1, -2, -3, *rows, 0, 2, 0, 0)
    return content if pair else content + bytes(4)


def images():
    voxels = struct.pack("<18h", *range(18))
    for order, name in (("<", "little"), (">", "big")):
        for version in (1, 2):
            save("nifti", f"{name}{version}", header(version, order) + struct.pack(order + "18h", *range(18)))
    types_ = {2: "B", 8: "i", 16: "f", 64: "d", 256: "b", 512: "H", 768: "I", 1024: "q", 1280: "Q"}
    for code, letter in types_.items():
        save("nifti", f"type{code}", header(code=code, bits=8 * struct.calcsize(letter)) + struct.pack("<18" + letter, *range(18)))
    save("nifti", "scaled", header(slope=0.5, sform=0) + voxels)
    save("nifti", "sizes", header(qform=0, sform=0) + voxels)
    save("nifti", "volumes", header(shape=(2, 2, 2, 3), code=16, bits=32) + struct.pack("<24f", *range(24)))
    save("nifti", "flat", header(shape=(4, 4)) + voxels[:32])
    save("nifti", "not-a-number", header(code=16, bits=32) + struct.pack("<18f", *([1.0] * 9 + [float("nan"), float("inf")] + [0.0] * 7)))
    save("nifti", "packed", gzip.compress(header() + voxels, mtime=0))
    for version, magic in ((1, b"ni1\0"), (2, b"ni2\0")):
        head = header(version, magic=magic)
        save("pair", f"pair{version}", struct.pack("<H", len(head)) + head + voxels)
    head = gzip.compress(header(magic=b"ni1\0"), mtime=0)
    save("pair", "packed", struct.pack("<H", len(head)) + head + gzip.compress(voxels, mtime=0))
    save("gzip", "stored", gzip.compress(bytes(range(64)), 0, mtime=0))
    save("gzip", "deflated", gzip.compress(b"cord " * 40, 9, mtime=0))
    save("gzip", "two", gzip.compress(b"one", mtime=0) + gzip.compress(b"two", mtime=0))
    save("gzip", "padded", gzip.compress(b"one", mtime=0) + bytes(8))
    named = io.BytesIO()
    with gzip.GzipFile("name.nii", "wb", 9, named, mtime=1) as file:
        file.write(bytes(500))
    save("gzip", "named", named.getvalue())


class Storage:
    def __init__(self, key, kind, count):
        self.key, self.kind, self.count = key, kind, count


def pickled(value, kinds, protocol=2):
    class Pickler(pickle.Pickler):
        def persistent_id(self, item):
            return ("storage", kinds[item.kind], item.key, "cpu", item.count) if isinstance(item, Storage) else None

    content = io.BytesIO()
    Pickler(content, protocol).dump(value)
    return content.getvalue()


def checkpoints():
    """As torch.save writes them; a stand-in takes PyTorch's place."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")

    def _rebuild_tensor_v2(*_):
        raise NotImplementedError

    utils._rebuild_tensor_v2 = _rebuild_tensor_v2
    _rebuild_tensor_v2.__module__ = "torch._utils"
    kinds = {}
    for kind in ("FloatStorage", "HalfStorage", "LongStorage"):
        kinds[kind] = type(kind, (), {"__module__": "torch"})
        setattr(torch, kind, kinds[kind])
    _rebuild_tensor_v2.__qualname__ = "_rebuild_tensor_v2"
    sys.modules.update({"torch": torch, "torch._utils": utils})

    class Tensor:
        def __init__(self, storage, shape, strides, offset=0):
            self.parts = (storage, offset, shape, strides, False, collections.OrderedDict())

        def __reduce__(self):
            return _rebuild_tensor_v2, self.parts

    def tensor(shape, key="0", kind="FloatStorage", count=24):
        strides, dense = [], 1
        for size in reversed(shape):
            strides.insert(0, dense)
            dense *= size
        return Tensor(Storage(key, kind, count), shape, tuple(strides))

    shared = tensor((2, 3))
    network = {}
    for stage, (before, after) in enumerate([(1, 2), (2, 2)]):
        path = f"encoder.stages.{stage}.0.convs.0.conv."
        network[path + "weight"], network[path + "bias"] = tensor((after, before, 1, 1, 1)), tensor((after,))
    network["decoder.transpconvs.0.weight"], network["decoder.seg_layers.0.weight"] = tensor((2, 2, 1, 1, 1)), tensor((1, 2, 1, 1, 1))
    values = {
        "plain": {"a": tensor((2, 3, 4)), "b": tensor((12,), "1", "HalfStorage", 48)},
        "nested": {"network_weights": collections.OrderedDict(a=shared, b=shared), "init_args": {"configuration": "3d_fullres"}, "epoch": 1000},
        "view": {"a": Tensor(Storage("0", "FloatStorage", 24), (3, 2), (2, 6), 1)},
        "kinds": [None, True, False, 1, 300, -70000, 1 << 40, 1 << 80, 0.5, "text", b"bytes", (1, 2), (), {3}, {"x": [1, [2]]}],
        "network": {"network_weights": network},
    }
    for name, value in values.items():
        for protocol in (2, 4):
            data = pickled(value, kinds, protocol)
            save("pickle", f"{name}{protocol}", data)
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            content = io.BytesIO()
            with zipfile.ZipFile(content, "w", method) as archive:
                for member, part in (("data.pkl", data), ("byteorder", b"little"), ("data/0", bytes(96)), ("data/1", bytes(96)), ("version", b"3\n")):
                    archive.writestr(zipfile.ZipInfo("a/" + member), part, method)
            save("checkpoint", f"{name}-{method}", content.getvalue())


def texts():
    save("table", "areas", "participant_id\tcontrast\tlevel\tcsa_mm2\nsub-01\tT2w\t3\t71.5\nsub-02\tT1w\t2:3\tn/a\n")
    save("table", "measured", "file\tslice\tcsa_mm2\tflags\nout/sub-01_space-T2w_label-SC_probseg.nii.gz\t12\t80.25\tn/a\n")
    save("table", "people", "\ufeffparticipant_id\tage\tsex\r\nsub-01\t34\tF\r\nsub-02\tn/a\tM\r\n")
    save("table", "commas", 'participant_id,csa_mm2,flags\r\nsub-01,70.5,"a, ""b"""\r\n')
    save("table", "semicolons", "participant_id;csa_mm2\nsub-01;70,5\n")
    for number, name in enumerate([
            "sub-01_ses-2_acq-ax_run-1_T2w.nii.gz", "out/sub-a1_space-T2w_label-SC_probseg.nii.gz", "sub-01_T2w_label-SC_seg.nii.gz",
            "sub-01_flip-1_mt-on_MTS.nii", "scan.IMG.gz", "task-rest_bold.json", "sub-01_space-orig_desc-thr50_mask.nii.gz"]):
        save("name", f"name{number}", name)
    save("name", "slashes", "\u6570\u636e//\u50cf/")
    save("json", "sidecar", json.dumps({"Manufacturer": "Siemens", "EchoTime": 0.12, "SliceTiming": [0, 1e-3], "Sources": None, "On": True}))
    save("json", "description", json.dumps({"Name": "necks", "BIDSVersion": "1.10.0", "DatasetType": "derivative", "GeneratedBy": [{"Name": "x"}]}))
    save("json", "bridge", json.dumps({
        "kind": "softcord bridge 1", "from": "a", "to": "b", "fromSHA256": "0", "toSHA256": "1", "tolerance": 0.01,
        "factors": [{"level": "3", "factor": 1.01, "interval": {"lower": 1, "upper": 1.02}, "people": 4}]}))
    save("json", "escapes", '{"\\u00e9\\ud83d\\ude00": "\\n\\t\\"", "deep": [[[[{"a": -1.5E+3}]]]]}')
    save("settings", "changes", "# what differs\nseed: 7\ncontrasts: [T1w, T2w]\nanatomy: {cordArea: 1.1, flexion: 10, seam: 0.5}\nraters: true\n"
         "crop:\n  side: 60\n  levels: [2, 4]\n")
    save("settings", "deep", "simulation:\n  fieldStrengths: [1.5, 3]\n  pathologies: {lesion: 0.5}\n  protocols:\n    T2w:\n      coil: {from: 0, to: 1e-3}\n"
         "      matrix: [64, 64, 20]\n      artefacts:\n        zipper: &rate {probability: 0.01, strength: {from: 0.1, to: 0.5}}\n        metal: *rate\n")
    save("settings", "stages", "base: {any: 0.3, thinning: [-30, 45], seams: 0.5}\nstages:\n  - name: a\n    configuration: {any: null, clinical: !!float 0.2}\n")
    save("settings", "mixture", "{any: 0.35, echoPlanar: 8e-2, clinical: .27, 'otherTimes': \"0.6\", thinning: [-30, 45]}\n")
    save("settings", "texts", "seed: |\n  7\ncontrasts: >-\n  T1w\n? raters\n: ~\n<<: {seed: 0x1F}\n---\nseed: 2\n")
    save("picture", "small", bytes([9, 7, 20, 40, 2]) + b"C3 area")
    save("picture", "wide", bytes([255, 0, 128, 128, 1]) + bytes(range(0, 250, 5)))
    save("writing", "cells", 'plain|tab\there|line\nhere|"quoted", \\|1.5|-3e4|nan|\u2028|')


def models():
    plans = {
        "dataset_name": "Dataset001_Cord", "image_reader_writer": "SimpleITKIO", "transpose_forward": [0, 1, 2],
        "foreground_intensity_properties_per_channel": {"0": {"mean": 1, "std": 2, "percentile_00_5": 0, "percentile_99_5": 9}},
        "configurations": {
            "3d_lowres": {"spacing": [1, 1, 1], "patch_size": [8, 8, 8], "normalization_schemes": ["CTNormalization"],
                          "resampling_fn_data": "resample_data_or_seg_to_shape", "resampling_fn_data_kwargs": {"order": 3, "force_separate_z": None}},
            "3d_fullres": {"inherits_from": "3d_lowres", "spacing": [1.5, 0.75, 0.75], "use_mask_for_norm": [False], "architecture": {
                "arch_kwargs": {"conv_op": "torch.nn.modules.conv.Conv3d", "strides": [[1, 1, 1], [2, 2, 2]], "norm_op_kwargs": {"eps": 1e-5}}}},
        }}
    dataset = {"channel_names": {"0": "T2w"}, "labels": {"background": 0, "spinal cord": 1}, "file_ending": ".nii.gz"}
    regions = {"channel_names": {"0": "T2w"}, "labels": {"background": 0, "canal": [1, 2], "cord": 2}, "regions_class_order": [1, 2]}
    for name, data in (("labels", dataset), ("regions", regions), ("reoriented", dict(dataset, image_orientation="RPI"))):
        save("nnunet", name, json.dumps(plans) + "\0" + json.dumps(data))
    stage = {
        "preprocessing": {"orientation": "RAS", "spacing": [1, 1, 1], "clip": {"lower": 0, "upper": 1}, "headroom": 1},
        "network": {
            "inputChannels": 1, "outputChannels": 1, "features": [2, 2], "strides": [[1, 1, 1], [2, 2, 2]], "kernels": [[3, 3, 3], [3, 3, 3]],
            "convolutionsPerStage": 2, "convolutionsPerDecoderStage": 2, "deepSupervision": True, "leakySlope": 0.01, "normEpsilon": 1e-5},
        "activation": "sigmoid", "patch": [8, 8, 8]}
    about = {"name": "n", "generatedBy": "g", "date": "d", "steps": 0, "configuration": "", "trainingData": "", "validation": {"dice": 0.9}}
    metadata = {"softcord": json.dumps({"version": 2, "localizer": stage, "segmenter": stage, "provenance": about})}
    for name, extra in (("described", metadata), ("plain", {"format": "pt"})):
        head = json.dumps({"__metadata__": extra, "a": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]},
                           "b": {"dtype": "F16", "shape": [0], "data_offsets": [8, 8]}}).encode()
        save("model", name, struct.pack("<Q", len(head)) + head + bytes(8))


images()
checkpoints()
models()
texts()
