"""Looks at a report in headless Chromium: no console error, every plot drawn, names on hover, nothing wider than the window.

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
# A report with pictures is some megabytes of script and data; a busy machine takes its time to run it.
PATIENCE_MS = 180_000
failed = False


def check(name, holds, found):
    global failed
    failed |= not holds
    print(f"{'ok' if holds else 'FAILED'}\t{name}\t{found}")


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    for width in (1280, 800):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        messages, requests = [], []
        page.on("console", lambda message: messages.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.on("request", lambda request: requests.append(request.url) if request.url.startswith("http") else None)
        page.goto(report.as_uri())
        page.wait_for_timeout(1500)
        facts = page.evaluate("""() => {
          const plots = [...document.querySelectorAll(".plot")];
          const texts = [...document.querySelectorAll("body *")].filter((e) =>
            e.childElementCount == 0 && e.textContent.trim() && e.getClientRects().length && !e.closest("script,style,title"));
          const size = (e) => {
            const drawn = e.ownerSVGElement;
            const scale = drawn && drawn.viewBox.baseVal.width ? drawn.getBoundingClientRect().width / drawn.viewBox.baseVal.width : 1;
            return parseFloat(getComputedStyle(e).fontSize) * scale;
          };
          const smallest = texts.map((e) => [size(e), e.textContent.trim().slice(0, 30)]).sort((a, b) => a[0] - b[0])[0];
          return {
            plots: plots.length,
            interactive: plots.filter((p) => p.querySelector(".main-svg")).length,
            drawn: plots.filter((p) => p.querySelector("svg") && p.getBoundingClientRect().height > 200).length,
            live: typeof Plotly != "undefined",
            pictures: [...document.images].every((i) => i.complete && i.naturalWidth > 0),
            wide: document.documentElement.scrollWidth - innerWidth,
            smallest,
          };
        }""")
        check(f"{width} px: no error or warning", not messages, messages[:3])
        check(f"{width} px: nothing fetched", not requests, requests[:3])
        check(f"{width} px: all plots drawn", facts["drawn"] == facts["plots"] > 0, f"{facts['drawn']} of {facts['plots']}")
        if facts["live"]:
            check(f"{width} px: all plots interactive", facts["interactive"] == facts["plots"], facts["interactive"])
            hovered = page.evaluate("""async () => {
              const plot = document.querySelector(".plot"), point = plot.querySelector("path.point, .points path");
              point.scrollIntoView({block: "center"});
              const box = point.getBoundingClientRect();
              return [box.x + box.width / 2, box.y + box.height / 2];
            }""")
            page.mouse.move(hovered[0] + 40, hovered[1] + 40)
            page.mouse.move(*hovered)
            page.wait_for_timeout(300)
            words = page.evaluate("() => [...document.querySelectorAll('.hovertext')].map((e) => e.textContent).join(' ')")
            check(f"{width} px: a point names the person", "sub-" in words, words)
        check(f"{width} px: all pictures shown", facts["pictures"], "")
        check(f"{width} px: nothing wider than the window", facts["wide"] <= 0, facts["wide"])
        check(f"{width} px: text of at least {SMALLEST_TEXT} px", facts["smallest"][0] >= SMALLEST_TEXT, facts["smallest"])
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=str(folder / f"{width}.png"), full_page=True)
        page.close()
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(report.as_uri())
    page.wait_for_timeout(1500)
    page.pdf(path=str(folder / "print.pdf"), format="A4")
    check("prints", (folder / "print.pdf").stat().st_size > 1000, folder / "print.pdf")
    browser.close()
sys.exit(failed)
