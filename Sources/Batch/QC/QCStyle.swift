/// What the QC pages add to the style of all reports.
enum QCStyle {
  static let css = """
    .verdicts{margin:.6em 0;display:flex;flex-wrap:wrap;gap:8px;align-items:center}
    .verdicts button,.bar button,.bar select,#view{font:inherit;font-size:14px;padding:3px 10px;border:1px solid #888;border-radius:4px;background:#fff;cursor:pointer}
    .verdicts input,.bar input{font:inherit;font-size:14px;padding:3px 8px;border:1px solid #888;border-radius:4px;min-width:0;flex:1 1 12em;max-width:24em}
    [data-verdict][aria-pressed=true]{color:#fff;background:#0072b2;border-color:#0072b2}
    [data-verdict=fail][aria-pressed=true]{background:#c0392b;border-color:#c0392b}
    [data-verdict=artefact][aria-pressed=true]{background:#a05a00;border-color:#a05a00}
    kbd{font:inherit;font-weight:bold}.why{background:#fff3cd;padding:.4em .8em;border-left:4px solid #e69f00}
    .overlay{width:100%;max-width:980px}.area svg{width:100%;height:auto;min-width:560px}.area{overflow-x:auto}
    .viewer{height:460px;background:#000}.viewer canvas{width:100%;height:100%;display:block}
    .bar{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin:.8em 0}
    .scans td,.scans th{white-space:normal;vertical-align:top}.scans td.reasons{text-align:left;min-width:16em}
    .scans tr[aria-current=true]{outline:2px solid #0072b2;outline-offset:-2px}.scans .fail{color:#c0392b;font-weight:bold}
    .scans .pass{color:#1a7f37}.scans .artefact{color:#a05a00}
    @media screen and (max-width:600px){.scans thead{display:none}.scans tr{display:block;border-bottom:2px solid #bbb;padding:.4em 0}
    .scans td,.scans td.reasons{display:block;text-align:left;border:0;min-width:0}.scans td:empty{display:none}
    .scans td[data-name]::before{content:attr(data-name) ": ";color:#555}.viewer{height:360px}}
    """
}
