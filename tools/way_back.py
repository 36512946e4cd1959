"""What the way from a segmenter's working grid back to a scan's grid costs, with the exact occupancy of an elliptic cord that leans and winds in place of a network's: expected
calibration error, mean error and area, by interpolation between voxel centers and by redistribution (Sources/Volumes/AxisWeights.swift).

    python3 tools/way_back.py

Needs numpy.
"""

import numpy as np

WORKING = (0.75, 0.75, 1.5)
SCANS = [(0.3, 0.3, 3), (0.5, 0.5, 5), (0.5, 0.5, 0.5), (0.8, 0.8, 0.8), (1, 1, 1), (1.2, 1.2, 1.2), (0.6, 0.6, 12), (0.75, 0.75, 1.5)]
EXTENT = (30, 24, 60)


def exact(spacing, offset):
    """Fraction of each voxel within the cord, and the position of the first voxel; places 0.1 mm apart across and 0.25 mm along."""
    size = [int(e / s) for e, s in zip(EXTENT, spacing)]
    origin = [offset[k] - EXTENT[k] / 2 for k in range(3)]
    parts = [max(1, int(np.ceil(s / step))) for s, step in zip(spacing, (0.1, 0.1, 0.25))]
    x, y, z = [(origin[k] + np.arange(size[k])[:, None] * spacing[k] + ((np.arange(parts[k]) + 0.5) / parts[k] - 0.5)[None] * spacing[k]).ravel() for k in range(3)]
    result = np.zeros(size)
    for number in range(size[2]):
        inside = 0
        for h in z[number * parts[2] : (number + 1) * parts[2]]:
            a, b = 6.5 * (1 + 0.12 * np.sin(h / 7)), 4 * (1 - 0.1 * np.sin(h / 9))
            inside = inside + (((x[:, None] - 0.075 * h) / a) ** 2 + ((y[None] - 0.09 * h - 1.5 * np.sin(h / 15)) / b) ** 2 < 1)
        result[:, :, number] = (inside / parts[2]).reshape(size[0], parts[0], size[1], parts[1]).mean((1, 3))
    return result, origin


def interpolating(n, origin, step, count):
    weights, samples = np.zeros((count, n)), max(1, min(16, int(np.ceil(step - 1e-3))))
    for t in range(count):
        for s in range(samples):
            place = origin + step * (t + (s + 0.5) / samples - 0.5)
            if -0.5 <= place <= n - 0.5:
                place = min(max(place, 0), n - 1)
                voxel = int(place)
                weights[t, voxel] += (1 - place + voxel) / samples
                weights[t, min(voxel + 1, n - 1)] += (place - voxel) / samples
    return weights


def redistributing(n, origin, step, count):
    below = np.tril(np.ones((n + 1, n)), -1)

    def edge(k):
        """Weights of the integral up to an edge; beyond the rim the outermost value goes on."""
        return below[k] if 0 <= k <= n else k * below[1] if k < 0 else below[n] + (k - n) * (below[n] - below[n - 1])

    def integral(place):
        place = min(max(place, 0), n)
        k = min(int(place), n - 1)
        u = place - k
        cubic = [u * (-0.5 + u * (1 - 0.5 * u)), 1 + u * u * (1.5 * u - 2.5), u * (0.5 + u * (2 - 1.5 * u)), u * u * (0.5 * u - 0.5)]
        return sum(w * edge(k - 1 + m) for m, w in enumerate(cubic))

    return np.array([(integral(origin + step * (t + 0.5) + 0.5) - integral(origin + step * (t - 0.5) + 0.5)) / step for t in range(count)])


def main():
    working, start = exact(WORKING, (0.1, 0.2, 0.3))
    print(f"{'voxels, mm':<18} {'way':<14} calibration  mean error  area: worst slice, all")
    for spacing in SCANS:
        truth, first = exact(spacing, (0.33, 0.05, 0.47))
        for name, method in [("interpolated", interpolating), ("redistributed", redistributing)]:
            found = working
            for k in range(3):
                matrix = method(working.shape[k], (first[k] - start[k]) / WORKING[k], spacing[k] / WORKING[k], truth.shape[k])
                found = np.moveaxis(np.tensordot(matrix, found, (1, k)), 0, k)
            # Slices at the ends see less than the whole cord.
            inner = slice(2, -2) if truth.shape[2] > 6 else slice(1, -1)
            said, true = np.clip(found, 0, 1)[:, :, inner], truth[:, :, inner]
            areas, expected = said.sum((0, 1)), true.sum((0, 1))
            near = (said > 0.005) | (true > 0.005)
            said, true = said[near], true[near]
            place = np.minimum((said * 10).astype(int), 9)
            calibration = np.abs(np.bincount(place, said - true, 10)).sum() / len(said)
            print(f"{' x '.join(f'{s:g}' for s in spacing):<18} {name:<14} {calibration:11.3f} {np.abs(said - true).mean():11.3f}"
                  f"  {100 * np.abs(areas / expected - 1).max():11.2f} %, {100 * (areas.sum() / expected.sum() - 1):+.2f} %")


if __name__ == "__main__":
    main()
