/// What the QC pages do: `qc/qc.js`, one file for the index and all scans.
enum QCScript {
  static let script = shared + index + scan

  /// Verdicts are kept in the browser, by output folder; they leave it as YAML and TSV.
  private static let shared = """
    "use strict";
    const ranking = window.softcordRanking || {key: "softcord", scans: []};
    const kept = "softcord-qc:" + ranking.key;
    const verdicts = (() => { try { return JSON.parse(localStorage.getItem(kept)) || {}; } catch { return {}; } })();
    const element = (id) => document.getElementById(id);

    function say(scan, change) {
      const now = {...(verdicts[scan] || {}), ...change};
      if (verdicts[scan] && change.verdict && verdicts[scan].verdict == change.verdict) delete now.verdict;
      if (!now.verdict && !now.comment) delete verdicts[scan]; else verdicts[scan] = now;
      try { localStorage.setItem(kept, JSON.stringify(verdicts)); } catch { /* A browser that keeps nothing still exports. */ }
    }

    function typing(event) { return /INPUT|SELECT|TEXTAREA/.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey; }
    const keys = {p: "pass", f: "fail", a: "artefact"};

    function save(name, text) {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], {type: "text/plain"}));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    }

    const order = (a, b) => a.scan < b.scan ? -1 : 1;
    // As the manual correction of the Spinal Cord Toolbox reads it.
    function yaml() {
      const failed = ranking.scans.filter((row) => (verdicts[row.scan] || {}).verdict == "fail").sort(order);
      return "FILES_SEG:\\n" + failed.map((row) => "- " + row.scan.split("/").pop() + "\\n").join("");
    }
    function tsv() {
      const clean = (text) => (text || "n/a").replace(/[\\t\\r\\n]+/g, " ");
      const rows = [...ranking.scans].sort(order).filter((row) => verdicts[row.scan]);
      return "scan\\tverdict\\tcomment\\n" + rows.map((row) =>
        [row.scan, verdicts[row.scan].verdict || "n/a", clean(verdicts[row.scan].comment)].join("\\t") + "\\n").join("");
    }

    """

  /// Fifty rows a page, the most suspicious first.
  private static let index = """
    if (element("scans")) {
      const size = 50, columns = ["rank", "name", "contrast", "points", "why", "area", "c2c3", "verdict"];
      const heads = Object.fromEntries([...element("scans").tHead.querySelectorAll("button")].map((b) => [b.dataset.key, b.textContent]));
      let view = ranking.scans, page = 0, current = 0, by = "rank", falls = false;
      const value = (row, key) => key == "verdict" ? (verdicts[row.scan] || {}).verdict || "" : row[key];

      const choose = () => {
        const words = element("filter").value.toLowerCase().split(/ +/), only = element("only").value;
        view = ranking.scans.filter((row) => {
          const verdict = (verdicts[row.scan] || {}).verdict || "";
          if (only == "open" && verdict || only == "failed" && row.status != "failed" || only == "suspicious" && !(row.points >= 1)) return false;
          if (["pass", "fail", "artefact"].includes(only) && verdict != only) return false;
          const text = (row.scan + " " + row.contrast + " " + (row.why || "") + " " + verdict).toLowerCase();
          return words.every((word) => text.includes(word));
        });
        const missing = (row) => value(row, by) === null || value(row, by) === "";
        view.sort((a, b) => missing(a) - missing(b) || (falls ? -1 : 1) *
          (typeof value(a, by) == "number" ? value(a, by) - value(b, by) : String(value(a, by)).localeCompare(String(value(b, by)), "en", {numeric: true})));
        page = Math.min(page, Math.max(0, Math.ceil(view.length / size) - 1));
      };

      const draw = () => {
        choose();
        const body = element("scans").tBodies[0];
        const shown = view.slice(page * size, (page + 1) * size);
        current = Math.max(0, Math.min(current, shown.length - 1));
        body.replaceChildren(...shown.map((row, place) => {
          const line = document.createElement("tr");
          if (place == current) line.setAttribute("aria-current", "true");
          for (const key of columns) {
            const cell = line.appendChild(document.createElement("td"));
            const content = value(row, key);
            if (key == "name" && row.status == "done") {
              const link = cell.appendChild(document.createElement("a"));
              link.href = "scans/" + encodeURIComponent(row.name) + ".html";
              link.textContent = row.name;
            } else {
              cell.textContent = content === null || content === undefined ? "" : typeof content == "number" && key != "rank" ? content.toFixed(1) : content;
            }
            if (key == "why") cell.className = "reasons"; else if (["name", "contrast", "verdict"].includes(key)) cell.className = "text";
            if (key == "verdict" && content) cell.classList.add(content);
            if (cell.textContent && !["name", "why"].includes(key)) cell.dataset.name = heads[key];
            if (key == "verdict" && (verdicts[row.scan] || {}).comment) cell.append(" " + verdicts[row.scan].comment);
          }
          line.addEventListener("click", (event) => { if (event.target.tagName != "A") { current = place; draw(); } });
          return line;
        }));
        const pages = Math.max(1, Math.ceil(view.length / size));
        element("count").textContent = `${view.length} of ${ranking.scans.length} scans, page ${page + 1} of ${pages}; ` +
          `${Object.values(verdicts).filter((one) => one.verdict).length} have a verdict`;
        element("back").disabled = page == 0;
        element("on").disabled = page >= pages - 1;
      };
      const shown = () => view[page * size + current];
      const turn = (step) => { page += step; current = 0; draw(); };

      element("filter").addEventListener("input", () => { page = 0; draw(); });
      element("only").addEventListener("change", () => { page = 0; draw(); });
      element("back").addEventListener("click", () => turn(-1));
      element("on").addEventListener("click", () => turn(1));
      element("yaml").addEventListener("click", () => save("qc_fail.yml", yaml()));
      element("tsv").addEventListener("click", () => save("verdicts.tsv", tsv()));
      for (const button of element("scans").tHead.querySelectorAll("button")) {
        button.addEventListener("click", () => {
          falls = by == button.dataset.key ? !falls : false;
          by = button.dataset.key;
          for (const head of element("scans").tHead.rows[0].cells) head.removeAttribute("aria-sort");
          button.parentNode.setAttribute("aria-sort", falls ? "descending" : "ascending");
          page = 0;
          draw();
        });
      }
      addEventListener("keydown", (event) => {
        if (typing(event)) { if (event.key == "Escape") event.target.blur(); return; }
        if (keys[event.key] && shown()) { say(shown().scan, {verdict: keys[event.key]}); draw(); }
        else if (event.key == "c" && shown()) {
          const text = prompt("Comment on " + shown().name, (verdicts[shown().scan] || {}).comment || "");
          if (text !== null) say(shown().scan, {comment: text});
          draw();
        } else if (event.key == "ArrowDown" || event.key == "j") { current += 1; draw(); event.preventDefault(); }
        else if (event.key == "ArrowUp" || event.key == "k") { current -= 1; draw(); event.preventDefault(); }
        else if (event.key == "ArrowRight" && !element("on").disabled) turn(1);
        else if (event.key == "ArrowLeft" && !element("back").disabled) turn(-1);
        else if (event.key == "Enter" && shown() && shown().status == "done") location.href = "scans/" + encodeURIComponent(shown().name) + ".html";
      });
      addEventListener("pageshow", draw);
      draw();
    }

    """

  /// One scan: verdicts, the next one, the viewer.
  private static let scan = """
    if (document.body.dataset.scan) {
      const scan = document.body.dataset.scan;
      const done = ranking.scans.filter((row) => row.status == "done");
      const place = done.findIndex((row) => row.scan == scan);
      const show = () => {
        const now = verdicts[scan] || {};
        for (const button of document.querySelectorAll("[data-verdict]"))
          button.setAttribute("aria-pressed", button.dataset.verdict == now.verdict);
        element("comment").value = now.comment || "";
      };
      const link = (id, row) => {
        if (!row) return;
        element(id).href = encodeURIComponent(row.name) + ".html";
        element(id).hidden = false;
      };
      if (place >= 0) {
        link("before", done[place - 1]);
        link("after", done[place + 1]);
        element("why").hidden = !done[place].why;
        element("why").textContent = `No. ${done[place].rank} of ${done.length}: ${done[place].why}`;
      }
      for (const button of document.querySelectorAll("[data-verdict]"))
        button.addEventListener("click", () => { say(scan, {verdict: button.dataset.verdict}); show(); });
      element("comment").addEventListener("change", () => say(scan, {comment: element("comment").value}));

      let viewer = null;
      const open = async () => {
        if (viewer) return;
        viewer = true;
        document.querySelector(".viewer").hidden = false;
        try {
          await new Promise((resolve, reject) => {
            const code = document.createElement("script");
            code.src = "../niivue.js";
            code.onload = resolve;
            code.onerror = () => reject(new Error("qc/niivue.js is not there; softcord was built without it"));
            document.body.append(code);
          });
          viewer = new niivue.Niivue({backColor: [0, 0, 0, 1], show3Dcrosshair: true, isColorbar: false, logLevel: "error",
            onLocationChange: (data) => { element("place").textContent = data.string; }});
          await viewer.attachToCanvas(element("canvas"));
          const load = (id, name) => niivue.NVImage.loadFromBase64({base64: element(id).textContent, name});
          viewer.addVolume(await load("image", "scan.nii.gz"));
          const mask = await load("mask", "mask.nii.gz");
          mask.colormap = "warm";
          mask.opacity = 0.5;
          [mask.cal_min, mask.cal_max] = [0.01, 1];
          viewer.addVolume(mask);
          viewer.setSliceType(viewer.sliceTypeMultiplanar);
          window.softcordViewer = viewer;
        } catch (error) {
          element("place").textContent = String(error.message || error);
        }
      };
      element("view").addEventListener("click", open);
      addEventListener("keydown", (event) => {
        if (typing(event)) { if (event.key == "Escape" || event.key == "Enter") event.target.blur(); return; }
        if (keys[event.key]) { say(scan, {verdict: keys[event.key]}); show(); }
        else if (event.key == "c") { element("comment").focus(); event.preventDefault(); }
        else if (event.key == "v") open();
        else if (event.key == "ArrowRight" && !element("after").hidden && event.target.id != "canvas") location.href = element("after").href;
        else if (event.key == "ArrowLeft" && !element("before").hidden && event.target.id != "canvas") location.href = element("before").href;
      });
      show();
    }
    """
}
