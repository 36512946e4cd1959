"""Looks at the QC pages of `softcord run` in headless Chromium, from files: no console error, keys work, verdicts stay and are exported, the viewer draws.

Usage: check_qc.py OUTPUT SCREENSHOTS_DIR     (needs playwright and Debian's chromium)
Prints one line a check and ends with status 1 where one fails.
"""

import pathlib
import shutil
import sys
import time

from playwright.sync_api import sync_playwright

output, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
failed = False


def check(name, holds, found):
    global failed
    failed |= not holds
    print(f"{'ok' if holds else 'FAILED'}\t{name}\t{found}", flush=True)


# Whether the canvas shows more than one color.
DRAWN = """() => {
  const viewer = window.softcordViewer, gl = viewer.gl;
  viewer.drawScene();
  const pixels = new Uint8Array(4 * gl.drawingBufferWidth * gl.drawingBufferHeight);
  gl.readPixels(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  let gray = 0, colored = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    const [r, g, b] = pixels.slice(i, i + 3);
    if (Math.max(r, g, b) - Math.min(r, g, b) > 40) colored += 1; else if (r > 30) gray += 1;
  }
  return [gray, colored];
}"""
# The mask's values between 0 and 1 in the viewer.
SOFT = """() => {
  const mask = window.softcordViewer.volumes[1];
  const values = [...mask.img];
  return [Math.max(...values), values.filter((v) => v > 0.05 && v < 0.95).length];
}"""

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium"), args=["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"])
    context = browser.new_context(accept_downloads=True)

    def watched(width, path):
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.set_default_timeout(120_000)
        page.messages = []
        page.on("console", lambda message: page.messages.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.messages.append(str(error)))
        page.on("request", lambda request: page.messages.append(request.url) if request.url.startswith("http") else None)
        start = time.time()
        page.goto((output / path).as_uri())
        page.opened = time.time() - start
        return page

    def wide(page):
        return page.evaluate("document.documentElement.scrollWidth - innerWidth")

    for width in (1280, 800, 400):
        page = watched(width, "qc/index.html")
        rows = page.locator("#scans tbody tr").count()
        check(f"{width} px: rows are shown", 0 < rows <= 50, rows)
        check(f"{width} px: opened in 2 s", page.opened < 2, f"{page.opened:.2f} s")
        check(f"{width} px: nothing wider than the window", wide(page) <= 0, wide(page))
        page.screenshot(path=str(folder / f"index-{width}.png"))
        check(f"{width} px: no error, nothing fetched", not page.messages, page.messages[:3])
        page.close()

    page = watched(1280, "qc/index.html")
    page.keyboard.press("f")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("p")
    verdicts = lambda: page.locator("#scans tbody tr td:last-child").all_inner_texts()
    check("keys give verdicts", verdicts()[:2] == ["fail", "pass"], verdicts()[:2])
    page.reload()
    check("verdicts survive a reload", verdicts()[:2] == ["fail", "pass"], verdicts()[:2])
    name = page.locator("#scans tbody tr td:nth-child(2)").first.inner_text()
    for button, file, holds in (("#yaml", "qc_fail.yml", lambda t: t == f"FILES_SEG:\n- {name}.nii.gz\n"), ("#tsv", "verdicts.tsv", lambda t: t.count("\n") == 3)):
        with page.expect_download() as download:
            page.click(button)
        text = pathlib.Path(download.value.path()).read_text()
        check(f"{file} is exported", download.value.suggested_filename == file and holds(text), repr(text[:80]))
    page.fill("#filter", name)
    check("the filter narrows", page.locator("#scans tbody tr").count() >= 1 and "1 of" in page.inner_text("#count"), page.inner_text("#count"))
    page.fill("#filter", "")
    page.click("[data-key=area]")
    areas = [float(t) for t in page.locator("#scans tbody tr td:nth-child(6)").all_inner_texts() if t]
    check("a column is sorted by a click", areas == sorted(areas), areas[:3])
    page.close()

    first = pathlib.Path("qc/scans") / f"{name}.html"
    for width in (1280, 800, 400):
        page = watched(width, first)
        shown = page.evaluate("[...document.images].every((i) => i.complete && i.naturalWidth > 0)")
        check(f"{width} px: a scan's picture is shown", shown, "")
        check(f"{width} px: a scan's page is no wider than the window", wide(page) <= 0, wide(page))
        check(f"{width} px: why it is suspicious is said", page.locator("#why").is_visible(), page.inner_text("#why")[:80])
        page.screenshot(path=str(folder / f"scan-{width}.png"), full_page=True)
        check(f"{width} px: no error, nothing fetched", not page.messages, page.messages[:3])
        if width == 1280:
            page.keyboard.press("v")
            page.wait_for_function("window.softcordViewer && window.softcordViewer.volumes.length == 2")
            page.wait_for_timeout(1500)
            gray, colored = page.evaluate(DRAWN)
            check("the viewer draws the scan and its mask", gray > 1000 and colored > 100, f"{gray} gray, {colored} colored pixels")
            top, soft = page.evaluate(SOFT)
            check("the viewer's mask is soft", top <= 1.0001 and soft > 100, f"largest {top:.3f}, {soft} voxels between 0.05 and 0.95")
            page.locator(".viewer").screenshot(path=str(folder / "viewer.png"))
            page.keyboard.press("a")
            pressed = page.locator("[data-verdict=artefact]").get_attribute("aria-pressed")
            check("keys give verdicts on a scan's page", pressed == "true", pressed)
            check("no error with the viewer", not page.messages, page.messages[:3])
        page.close()
    browser.close()
sys.exit(failed)
