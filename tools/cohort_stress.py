"""Runs `softcord run` on a simulated data set with broken scans, kills, shards and planted failures, and prints what came of it.

Usage: cohort_stress.py TOOL FOLDER [--people 50] [--kills 10]     (needs nibabel and numpy; bids-validator-deno where the BIDS check is wanted)
Each person has a T2w and a T1w of C2 to C5; 3 % of the scans, six at least, are broken in six ways. The folder is kept, and used again.
"""

import argparse
import gzip
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

import nibabel
import numpy

parser = argparse.ArgumentParser()
parser.add_argument("tool", type=pathlib.Path)
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--people", type=int, default=50)
parser.add_argument("--kills", type=int, default=10)
parser.add_argument("--validator", default=shutil.which("bids-validator-deno"))
options = parser.parse_args()
tool, root = str(options.tool.resolve()), options.folder.resolve()
raw, truth = root / "raw", root / "raw" / "derivatives" / "truth"
chance = random.Random(5)
failed = False


def say(name, value, holds=None):
    global failed
    failed |= holds is False
    print(f"{'' if holds is None else 'ok      ' if holds else 'FAILED  '}{name}: {value}", flush=True)


def run(*arguments, level="participant", out="out", measure=False):
    """Status, seconds, largest memory in MiB, seconds of the processors."""
    command = [tool, "run", str(raw), str(root / out), level, "-d", f"truth={truth}", *map(str, arguments)]
    start = time.time()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=open(root / f"{out}.log", "a"))
    _, status, usage = os.wait4(process.pid, 0)
    return os.waitstatus_to_exitcode(status), time.time() - start, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def files(out):
    """Checksums of all files of an output; what names the folder itself is left out."""
    found = {}
    for path in sorted((root / out).rglob("*")):
        if path.is_file() and not path.name.endswith((".lock", ".part")):
            data = path.read_bytes()
            if path.name == "ranking.js":
                data = data.replace(f"raw/{out}".encode(), b"raw/out")
            found[str(path.relative_to(root / out))] = hashlib.sha256(data).hexdigest()
    return found


def same(out, whole, name):
    other = files(out)
    differing = sorted(k for k in whole.keys() | other.keys() if whole.get(k) != other.get(k))
    say(name, f"{len(whole)} files, {len(differing)} differ {differing[:3]}", not differing)


def broken_scans():
    """Copies of a scan, broken in six ways."""
    scans = sorted(raw.glob("sub-0*/anat/*_T2w.nii.gz"))
    count = max(6, round(0.03 * 2 * options.people))
    ways = ["damaged", "not_fetched", "empty", "several_volumes", "no_cord", "dimensions"]
    made = {}
    for number in range(count):
        way, person = ways[number % 6], f"sub-9{number:02}"
        path = raw / person / "anat" / f"{person}_T2w.nii.gz"
        made[f"{person}/anat/{path.name}"] = way
        if path.is_symlink() or path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        source = scans[number % len(scans)]
        shutil.copy(str(source).replace(".nii.gz", ".json"), str(path).replace(".nii.gz", ".json"))
        content = gzip.decompress(source.read_bytes())
        image = nibabel.load(source)
        if way == "damaged":
            path.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
        elif way == "not_fetched":
            path.symlink_to("../../.git/annex/objects/xx/yy/MD5E-s1--0.nii.gz/MD5E-s1--0.nii.gz")
        elif way == "empty":
            path.write_bytes(b"")
        elif way == "several_volumes":
            data = numpy.asanyarray(image.dataobj)
            nibabel.Nifti1Image(numpy.stack([data, data], 3), image.affine).to_filename(path)
        elif way == "no_cord":
            noise = numpy.random.default_rng(number).integers(0, 500, image.shape).astype(numpy.int16)
            nibabel.Nifti1Image(noise, image.affine).to_filename(path)
        else:
            header = bytearray(content)
            header[42:44] = b"\0\0"
            path.write_bytes(gzip.compress(bytes(header)))
    return made


def make():
    if not (raw / "dataset_description.json").exists() or len(list(raw.glob("sub-0*"))) < options.people:
        subprocess.run(
            [tool, "simulate", str(raw), "--subjects", str(options.people), "--seed", "11", "--contrasts", "T2w,T1w", "--side", "60", "--levels", "2:5",
             "--jobs", "2"], check=True, stderr=subprocess.DEVNULL)
    return broken_scans()


def validate(out):
    if not options.validator:
        return say("BIDS", "skipped: bids-validator-deno is not here")
    result = subprocess.run([options.validator, "--json", "--ignoreWarnings", str(root / out)], capture_output=True, text=True)
    issues = [i for i in json.loads(result.stdout)["issues"]["issues"] if i.get("severity") == "error"]
    say("BIDS validator, errors", f"{len(issues)} {sorted({i['code'] for i in issues})}", not issues)


def throughput(made):
    scans = 2 * options.people
    status, seconds, memory, processors = run(out="out")
    table = [line.split("\t") for line in (root / "out" / "status.tsv").read_text().splitlines()[1:]]
    found = {row[0]: row[2] for row in table if row[1] == "failed"}
    say("status", status, status == 1)
    say("broken scans told with their reasons", f"{sum(found.get(k) == v for k, v in made.items())} of {len(made)}", found == made)
    say("others done", f"{sum(row[1] == 'done' for row in table)} of {scans}", sum(row[1] == "done" for row in table) == scans)
    say("memory", f"{memory:.0f} MiB", memory <= 2000)
    rate = scans / seconds
    say("throughput, everything included", f"{rate:.2f} scans/s ({seconds:.0f} s), {processors / scans:.2f} processor seconds a scan")
    say("the same command again", f"{run(out='out')[1]:.1f} s")
    some = sorted(raw.glob("sub-0*/anat/*.nii.gz"))[:10]
    start, before = time.time(), os.times()
    for scan in some:
        subprocess.run([tool, "segment", str(scan), "-o", str(root / "single.nii.gz"), "--qc", str(root)], check=True, capture_output=True)
        subprocess.run([tool, "measure", str(root / "single.nii.gz"), "-o", str(root / "single.tsv")], check=True, capture_output=True)
    single, after = len(some) / (time.time() - start), os.times()
    alone = (after.children_user + after.children_system - before.children_user - before.children_system) / len(some)
    say("a call of segment --qc and one of measure a scan", f"{single:.2f} scans/s, {alone:.2f} processor seconds a scan; the run does {rate / single:.2f} times as many")
    people = [p.name for p in sorted(raw.glob("sub-0*"))[:10]]
    times = []
    for workers in (1, 2):
        shutil.rmtree(root / "scaling", ignore_errors=True)
        times.append(run("--nprocs", workers, "--participant-label", *people, out="scaling")[1])
    say("one to two workers", f"{times[0]:.1f} s to {times[1]:.1f} s, {times[0] / times[1] / 2:.2f} of twice as fast")
    return seconds


def kills(seconds, whole):
    shutil.rmtree(root / "killed", ignore_errors=True)
    done = 0
    while done < options.kills:
        command = [tool, "run", str(raw), str(root / "killed"), "participant", "-d", f"truth={truth}"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.1, max(1.0, 2 * seconds / options.kills)))
        process.send_signal(signal.SIGKILL)
        process.wait()
        done += 1
    run(out="killed")
    run(level="group", out="killed")
    same("killed", whole, f"{options.kills} kills, then to the end")


def shards(whole):
    shutil.rmtree(root / "shards", ignore_errors=True)
    command = [tool, "run", str(raw), str(root / "shards"), "participant", "-d", f"truth={truth}", "--nprocs", "1", "--shard"]
    both = [subprocess.Popen([*command, f"{k}/2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for k in (1, 2)]
    for process in both:
        process.wait()
    run(level="group", out="shards")
    same("shards", whole, "two shards at the same time")


def plant():
    """Masks and labels that are wrong, of a tenth of the scans; their scans by kind."""
    masks, labels = root / "planted", root / "planted-labels"
    shutil.rmtree(masks, ignore_errors=True)
    shutil.rmtree(labels, ignore_errors=True)
    kinds = ["half", "shifted", "vein", "cut", "other contrast", "levels"]
    scans = sorted(raw.glob("sub-0*/anat/*.nii.gz"))
    chosen = chance.sample(scans, max(6, len(scans) // 10))
    made = {}
    for number, scan in enumerate(chosen):
        kind, person = kinds[number % 6], scan.name.split("_")[0]
        suffix = scan.name.split("_")[-1].split(".")[0]
        made[f"{person}/anat/{scan.name}"] = kind
        if kind == "levels":
            source = truth / person / "anat" / f"{person}_space-{suffix}_seg-discs_dseg.nii.gz"
            image = nibabel.load(source)
            data = numpy.asanyarray(image.dataobj)
            target = labels / person / "anat" / source.name
            target.parent.mkdir(parents=True, exist_ok=True)
            nibabel.Nifti1Image(numpy.where(data > 0, data + 1, 0).astype(numpy.uint8), image.affine).to_filename(target)
            continue
        image = nibabel.load(root / "out" / person / "anat" / f"{person}_space-{suffix}_label-SC_probseg.nii.gz")
        mask, affine = image.get_fdata(dtype="float32"), image.affine
        up = int(numpy.argmax(numpy.abs(affine[2, :3])))
        across = int(numpy.argmax(numpy.abs(affine[0, :3])))
        places = numpy.flatnonzero(mask.sum(axis=tuple(a for a in range(3) if a != up)) > 0)
        low, high = places.min(), places.max() + 1

        def zero(first, last):
            cut = [slice(None)] * 3
            cut[up] = slice(first, last)
            mask[tuple(cut)] = 0

        if kind == "half":
            zero((low + high) // 2, mask.shape[up])
        elif kind == "cut":
            zero(low + 3 * (high - low) // 4, mask.shape[up])
        elif kind == "shifted":
            mask = numpy.roll(mask, round(5 / numpy.linalg.norm(affine[:3, across])), across)
        elif kind == "vein":
            mask = numpy.roll(mask, round(18 / numpy.linalg.norm(affine[:3, across])), across)
        else:
            other = "T1w" if suffix == "T2w" else "T2w"
            theirs = nibabel.load(root / "out" / person / "anat" / f"{person}_space-{other}_label-SC_probseg.nii.gz").get_fdata(dtype="float32")
            mask = numpy.zeros_like(mask)
            # Voxel by voxel, as if both scans lay on one grid.
            common = tuple(slice(0, min(a, b)) for a, b in zip(mask.shape, theirs.shape))
            mask[common] = theirs[common]
        if mask.sum() == 0:
            made.pop(f"{person}/anat/{scan.name}")
            continue
        target = masks / person / "anat" / f"{scan.name[:-7]}_seg.nii.gz"
        target.parent.mkdir(parents=True, exist_ok=True)
        nibabel.Nifti1Image(mask, affine, image.header).to_filename(target)
    return made


def planted():
    made = plant()
    shutil.rmtree(root / "planted-out", ignore_errors=True)
    shutil.copytree(root / "out", root / "planted-out", symlinks=True)
    out = root / "planted-out"
    command = [tool, "run", str(raw), str(out)]
    sources = ["-d", f"wrong={root / 'planted-labels'}", f"truth={truth}", "--masks", str(root / "planted")]
    subprocess.run([*command, "participant", *sources], stderr=subprocess.DEVNULL)
    subprocess.run([*command, "group", *sources], check=True, stderr=subprocess.DEVNULL)
    rows = [line.split("\t") for line in (out / "qc" / "ranking.tsv").read_text().splitlines()[1:]]
    # Of few scans the six kinds are more than a tenth: then as many rows as were planted.
    first = {row[1] for row in rows[: max(round(len(rows) * 0.1 + 0.5), len(made))]}
    ranks = {row[1]: (int(row[0]), float(row[2]), row[3]) for row in rows}
    caught = [scan for scan in made if scan in first]
    say(f"planted failures in the first {len(first)} of {len(rows)} rows", f"{len(caught)} of {len(made)}", len(caught) >= 0.95 * len(made))
    others = [points for scan, (_, points, _) in ranks.items() if scan not in made]
    say("sound scans called conspicuous", f"{sum(p >= 1 for p in others)} of {len(others)}")
    for scan in made:
        if scan not in first and scan in ranks:
            print(f"   missed: {made[scan]}: {scan}, rank {ranks[scan][0]}: {ranks[scan][2]}")
    size = (out / "qc" / "index.html").stat().st_size + (out / "qc" / "ranking.js").stat().st_size
    pages = [p.stat().st_size for p in (out / "qc" / "scans").glob("*.html")]
    pictures = [p.stat().st_size for p in (out / "qc" / "pictures").glob("*.png")]
    say("index with ranking", f"{size / 1e3:.0f} kB; a scan's page {max(pages) / 1e3:.0f} kB at most, its picture {max(pictures) / 1e3:.0f} kB")


made = make()
for old in ("out",):
    shutil.rmtree(root / old, ignore_errors=True)
seconds = throughput(made)
run(level="group", out="out")
validate("out")
whole = files("out")
kills(seconds, whole)
shards(whole)
planted()
sys.exit(failed)
