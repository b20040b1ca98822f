"""The page around a report: one file of HTML, dark or light as the reader's system says."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_STYLE = """
:root{color-scheme:light dark;--ground:#fff;--card:#f5f7f9;--text:#17212b;--faint:#5a6875;
--line:#d8dfe6;--adapted:#0b7f68;--static:#5a6875;--better:#0b7f68;--worse:#b93a28;--mark:#8a5a00}
@media(prefers-color-scheme:dark){:root{--ground:#0e1419;--card:#161e26;--text:#e3eaf0;
--faint:#94a3b1;--line:#2a3540;--adapted:#2fbf9f;--static:#94a3b1;--better:#2fbf9f;
--worse:#ff6b57;--mark:#e0a53c}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem 1rem 4rem;max-width:64rem;background:var(--ground);
color:var(--text);font:16px/1.5 system-ui,sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2.5rem 0 .75rem}
.lead{font-size:1.1rem;margin:.5rem 0 0}.faint,caption,small,figcaption{color:var(--faint)}
.notes{background:var(--card);border-left:3px solid var(--mark);margin:1.5rem 0;
padding:.75rem 1rem .75rem 2rem;border-radius:4px}
figure{margin:1.5rem 0}figcaption span{margin-left:1.25rem;white-space:nowrap}
figcaption b{color:var(--text)}
svg{width:100%;height:auto;display:block}svg text{fill:var(--faint);font-size:12px}
svg path{fill:none;stroke-width:1.75;stroke-linejoin:round;vector-effect:non-scaling-stroke}
svg.swatch{display:inline-block;width:24px;height:8px;margin-right:.4rem}
path.adapted,path.difference{stroke:var(--adapted)}path.static{stroke:var(--static);stroke-dasharray:5 3}
path.grid,path.zero{stroke:var(--line);stroke-width:1}path.zero{stroke:var(--faint)}
svg path.band{fill:var(--adapted);fill-opacity:.14;stroke:none}
svg path.span{stroke:none;fill:var(--text);fill-opacity:0}svg path.span.bull{fill:#0072b2;fill-opacity:.12}
svg path.span.bear{fill:#d55e00;fill-opacity:.14}svg path.span.volatile{fill:#cc79a7;fill-opacity:.18}
svg path.span.sideways{fill:var(--faint);fill-opacity:.08}
.verdict{font-size:1.35rem;font-weight:600;margin:.75rem 0 0}
svg path.mark{fill:var(--mark);stroke:none}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
caption{text-align:left;padding-bottom:.4rem}
th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child{text-align:left}thead th,tbody th{font-weight:500}thead th{color:var(--faint)}
.better{color:var(--better)}.worse{color:var(--worse)}
.log{list-style:none;padding:0}.log li{display:flex;gap:1rem;padding:.5rem 0;
border-bottom:1px solid var(--line)}.log time{color:var(--faint);white-space:nowrap}
.log small{display:block}
@media(max-width:40rem){th,td{padding:.3rem .4rem}th:first-child{white-space:normal;min-width:6rem}
table{font-size:.85rem}svg:not(.swatch) text{font-size:19px}}
@media print{:root{--ground:#fff;--card:#f5f7f9;--text:#17212b;--faint:#5a6875;--line:#d8dfe6}
body{max-width:none;font-size:11px}figure,table{break-inside:avoid}.scroll{overflow:visible}}
"""


def page(
    title: str,
    lead: str,
    sections: Iterable[tuple[str, str]],
    notes: Iterable[str],
    verdict: str = "",
) -> str:
    """A whole document. `sections` are headings and their HTML; all else is text."""
    said = f'<p class="verdict">{escape(verdict[:1].upper() + verdict[1:])}.</p>' if verdict else ""
    body = "".join(f"<section><h2>{escape(name)}</h2>{html}</section>" for name, html in sections)
    cautions = "".join(f"<li>{escape(note)}</li>" for note in notes)
    listed = f'<ul class="notes" aria-label="Read with care">{cautions}</ul>' if cautions else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>"
        f'<h1>{escape(title)}</h1>{said}<p class="lead">{escape(lead)}</p>{listed}{body}'
        "</main></body></html>\n"
    )
