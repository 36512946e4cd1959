"""Makes a model's soft edges as steep as the truth's: scales the logits of its segmenter, whose 0.5 contour stays where it is
(temperature scaling, Guo et al. 2017).

    python3 tools/calibrate.py MODEL SLOPE OUTPUT

The slope is read off a reliability curve (`tools/reliability.py`) of people that are not judged later. Needs numpy.
"""

import json
import pathlib
import sys

import numpy as np


def main():
    model, slope, output = sys.argv[1], float(sys.argv[2]), pathlib.Path(sys.argv[3])
    data = bytearray(pathlib.Path(model).read_bytes())
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    heads = sorted(name for name in header if name.startswith("segmenter.") and "seg_layers" in name)
    if not heads:
        sys.exit(f"{model}: no segmenter with heads in it")
    for name in heads:
        first, last = (start + offset for offset in header[name]["data_offsets"])
        kind = {"F32": "<f4", "F16": "<f2"}.get(header[name]["dtype"])
        if kind is None:
            sys.exit(f"{model}: {name} is stored as {header[name]['dtype']}; expected F32 or F16")
        data[first:last] = (np.frombuffer(bytes(data[first:last]), kind).astype("f4") * slope).astype(kind).tobytes()
    part = output.with_suffix(".part")
    part.write_bytes(data)
    part.replace(output)


if __name__ == "__main__":
    main()
