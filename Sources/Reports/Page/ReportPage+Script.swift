extension ReportPage {
  /// What a page does when it is used; without it, it reads the same.
  ///
  /// - The point nearest to the pointer, or to a tap, says who it is, and all points of that name in the figure are marked.
  /// - A name in a legend hides and shows its series.
  /// - The name of a column sorts its table, missing values last; long tables have a field that filters their rows.
  static let script = """
    "use strict";
    const tip = document.body.appendChild(document.createElement("div"));
    tip.className = "tip";
    tip.hidden = true;
    // How far from a point the pointer may be, pixels.
    const reach = 16;
    let marked = [];

    for (const title of document.querySelectorAll("circle > title")) {
      title.parentNode.dataset.label = title.textContent;
      title.remove();
    }

    function nearest(area, x, y) {
      let best = null, least = reach * reach;
      for (const dot of area.querySelectorAll("circle")) {
        const box = dot.getBoundingClientRect();
        if (!box.width) continue;
        const distance = (box.x + box.width / 2 - x) ** 2 + (box.y + box.height / 2 - y) ** 2;
        if (distance < least) [best, least] = [dot, distance];
      }
      return best;
    }

    function point(event) {
      const area = event.target.closest && event.target.closest(".drawing svg");
      const dot = area && nearest(area, event.clientX, event.clientY);
      for (const other of marked) other.classList.remove("same");
      marked = [];
      tip.hidden = !dot;
      if (!dot) return;
      const name = dot.dataset.label.split(": ")[0];
      marked = [...dot.closest("figure").querySelectorAll("circle")].filter((other) => other.dataset.label.split(": ")[0] == name);
      for (const other of marked) other.classList.add("same");
      tip.textContent = dot.dataset.label;
      tip.style.left = Math.max(4, Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 4)) + "px";
      tip.style.top = Math.max(4, event.clientY - tip.offsetHeight - 12) + "px";
    }
    addEventListener("pointermove", point);
    addEventListener("pointerdown", point);

    for (const button of document.querySelectorAll(".legend button")) {
      button.addEventListener("click", () => {
        const shown = button.getAttribute("aria-pressed") != "true";
        button.setAttribute("aria-pressed", shown);
        for (const part of button.closest("figure").querySelectorAll(`.drawing [data-series="${button.dataset.series}"]:not(button)`))
          part.toggleAttribute("hidden", !shown);
      });
    }

    function order(a, b) {
      const [x, y] = [parseFloat(a), parseFloat(b)];
      return isNaN(x) || isNaN(y) ? a.localeCompare(b, "en", {numeric: true}) : x - y;
    }

    function sort(table, head) {
      const falling = head.getAttribute("aria-sort") == "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const value = (row) => row.cells[head.cellIndex].textContent;
      const missing = (row) => value(row) == "–" || value(row) == "";
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => missing(a) - missing(b) || (falling ? order(value(b), value(a)) : order(value(a), value(b))));
      table.tBodies[0].append(...rows);
    }

    for (const table of document.querySelectorAll(".sortable")) {
      for (const head of table.tHead.rows[0].cells) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = head.textContent;
        button.addEventListener("click", () => sort(table, head));
        head.replaceChildren(button);
      }
      const rows = [...table.tBodies[0].rows];
      if (rows.length <= 20) continue;
      const field = document.createElement("input");
      Object.assign(field, {type: "search", className: "filter", placeholder: `filter ${rows.length} rows`});
      field.addEventListener("input", () => {
        const words = field.value.toLowerCase().split(/ +/);
        for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
      });
      table.parentNode.previousElementSibling.append(field);
    }
    """
}
