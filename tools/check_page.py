"""Looks at a report in headless Chromium: no console error, every plot drawn, names on hover, tables sorted, nothing wider than the window.

Usage: check_page.py REPORT.html SCREENSHOTS_DIR     (needs playwright, and Chromium: Debian's, or playwright's own)
Prints one line a check and ends with status 1 where one fails.
"""

import pathlib
import shutil
import sys

from playwright.sync_api import sync_playwright

report, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
# Smallest text that is legible on a screen, CSS pixels.
SMALLEST_TEXT = 11
# A report of a thousand scans with pictures is some megabytes; a busy machine takes its time to read it.
PATIENCE_MS = 180_000
failed = False


def check(name, holds, found):
    global failed
    failed |= not holds
    print(f"{'ok' if holds else 'FAILED'}\t{name}\t{found}")


FACTS = """() => {
  const plots = [...document.querySelectorAll(".drawing")];
  const texts = [...document.querySelectorAll("body *")].filter((e) =>
    e.childElementCount == 0 && e.textContent.trim() && e.getClientRects().length && !e.closest("script,style,title"));
  const size = (e) => {
    const drawn = e.ownerSVGElement;
    const scale = drawn && drawn.viewBox.baseVal.width ? drawn.getBoundingClientRect().width / drawn.viewBox.baseVal.width : 1;
    return parseFloat(getComputedStyle(e).fontSize) * scale;
  };
  return {
    plots: plots.length,
    drawn: plots.filter((p) => p.querySelector("circle,polyline") && p.getBoundingClientRect().height > 60).length,
    pictures: [...document.images].every((i) => i.complete && i.naturalWidth > 0),
    wide: document.documentElement.scrollWidth - innerWidth,
    smallest: texts.map((e) => [size(e), e.textContent.trim().slice(0, 30)]).sort((a, b) => a[0] - b[0])[0],
  };
}"""
POINT = """() => {
  const point = [...document.querySelectorAll(".drawing circle")].find((e) => e.getClientRects().length);
  point.scrollIntoView({block: "center"});
  const box = point.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2, point.dataset.label];
}"""
SORTED = """() => {
  const head = document.querySelector(".sortable thead th:not(.text) button");
  if (!head) return null;
  head.click();
  const column = head.parentNode.cellIndex, body = head.closest("table").tBodies[0];
  const values = [...body.rows].map((row) => parseFloat(row.cells[column].textContent)).filter((value) => !isNaN(value));
  return values.every((value, i) => i == 0 || values[i - 1] <= value);
}"""
TOGGLED = """() => {
  const button = document.querySelector(".legend button");
  if (!button) return null;
  const shown = () => [...button.closest("figure").querySelectorAll("circle")].filter((e) => e.getClientRects().length).length;
  const before = shown();
  button.click();
  const between = shown();
  button.click();
  return [before, between, shown()];
}"""

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    for width in (1280, 400):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        messages, requests = [], []
        page.on("console", lambda message: messages.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.on("request", lambda request: requests.append(request.url) if request.url.startswith("http") else None)
        page.goto(report.as_uri())
        page.wait_for_timeout(500)
        facts = page.evaluate(FACTS)
        check(f"{width} px: all plots drawn", facts["drawn"] == facts["plots"] > 0, f"{facts['drawn']} of {facts['plots']}")
        check(f"{width} px: all pictures shown", facts["pictures"], "")
        check(f"{width} px: nothing wider than the window", facts["wide"] <= 0, facts["wide"])
        check(f"{width} px: text of at least {SMALLEST_TEXT} px", facts["smallest"][0] >= SMALLEST_TEXT, facts["smallest"])
        page.screenshot(path=str(folder / f"{width}.png"), full_page=True)
        x, y, label = page.evaluate(POINT)
        page.mouse.move(x + 40, y + 40)
        page.mouse.move(x, y)
        page.wait_for_timeout(100)
        words = page.evaluate("() => document.querySelector('.tip').hidden ? '' : document.querySelector('.tip').textContent")
        check(f"{width} px: a point says what it is", ": " in words, f"{words} (at {label})")
        page.screenshot(path=str(folder / f"{width}-hover.png"))
        order = page.evaluate(SORTED)
        check(f"{width} px: a table is sorted by a click", order is not False, "no table" if order is None else order)
        counts = page.evaluate(TOGGLED)
        check(
            f"{width} px: a click on the legend hides and shows",
            counts is None or counts[0] == counts[2] != counts[1],
            "no legend" if counts is None else counts,
        )
        check(f"{width} px: no error or warning", not messages, messages[:3])
        check(f"{width} px: nothing fetched", not requests, requests[:3])
        page.close()
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(report.as_uri())
    page.wait_for_timeout(500)
    page.pdf(path=str(folder / "print.pdf"), format="A4")
    check("prints", (folder / "print.pdf").stat().st_size > 1000, folder / "print.pdf")
    browser.close()
sys.exit(failed)
