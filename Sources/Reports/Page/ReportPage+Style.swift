extension ReportPage {
  /// The style sheet: a column of at most 1180 pixels on a screen, as wide as the paper in print.
  public static let style = """
    body{font:16px/1.5 "Helvetica Neue",Arial,sans-serif;color:#222;max-width:1180px;margin:1.5em auto;padding:0 1em}
    h1{margin-bottom:0;line-height:1.2;overflow-wrap:anywhere}h2{margin-top:2em;border-bottom:1px solid #ccc}h3{margin:1em 0 .2em}
    .subtitle,.caption,figcaption,.vertical,.horizontal{color:#444}.subtitle{margin-top:.2em}nav a{margin-right:1em}
    p,li{overflow-wrap:anywhere}[hidden]{display:none!important}
    .caption,figcaption,.vertical,.horizontal,table,.legend button{font-size:14px}.caption{margin:1em 0 .3em}
    .wide{overflow:auto;max-height:80vh}table{border-collapse:collapse}
    td,th{padding:3px 10px;text-align:right;border-bottom:1px solid #ddd;white-space:nowrap}
    td.text,th.text,.facts th,.facts td{text-align:left}
    thead th{position:sticky;top:0;background:#fff;border-bottom:2px solid #888;vertical-align:bottom}
    thead button{font:inherit;font-weight:bold;border:0;background:none;padding:0;cursor:pointer;color:inherit}
    [aria-sort] button::after{content:" ▲"}[aria-sort=descending] button::after{content:" ▼"}
    .filter{font:inherit;font-size:14px;padding:2px 6px;margin-left:.8em}
    .facts td{white-space:normal;overflow-wrap:anywhere}
    figure{margin:1.5em 0;break-inside:avoid}img{max-width:100%;height:auto}
    .legend{margin:.3em 0}.legend button{border:0;background:none;padding:2px 10px 2px 0;cursor:pointer;color:#222;text-align:left}
    .legend i{display:inline-block;width:10px;height:10px;border-radius:5px;margin-right:6px}
    .legend [aria-pressed=false]{color:#707070}.legend [aria-pressed=false] i{opacity:.25}
    .drawing svg{display:block;overflow:visible}.drawing text{font-size:13px;fill:#222}
    .horizontal{text-align:center}.plot{width:calc(100% - 84px);height:360px;margin:10px 24px 26px 60px}
    .strip{display:grid;grid-template-columns:170px 1fr;align-items:center;border-bottom:1px solid #eee;font-size:14px;overflow-wrap:anywhere}
    .strip:has(.scale){border:0}.strip>div{min-width:0;padding-right:24px}.lane{width:100%;height:30px}.scale{width:100%;height:4px;margin-bottom:26px}
    .grid{stroke:#e2e2e2}circle{fill-opacity:.6;stroke:none}circle.same{fill-opacity:1;stroke:#000;stroke-width:2px}
    polyline{fill:none;vector-effect:non-scaling-stroke;stroke-width:2px}.mean{stroke-width:3px}.limit{stroke-dasharray:5 4}
    .diagonal{stroke:#777;stroke-dasharray:2 3}.quartiles{fill-opacity:.18}
    .tip{position:fixed;background:#222;color:#fff;font-size:14px;padding:2px 8px;border-radius:4px;pointer-events:none;max-width:80vw}
    @media screen and (max-width:600px){.strip{grid-template-columns:1fr}.strip>div{padding:0 12px}
    .plot{width:calc(100% - 68px);height:300px;margin-left:52px;margin-right:16px}}
    @media print{body{max-width:none;margin:0}nav,.filter,.tip,.legend [aria-pressed=false]{display:none}h2,.caption{break-after:avoid}
    tr{break-inside:avoid}.wide{overflow:visible;max-height:none}thead th{position:static}}
    """
}
