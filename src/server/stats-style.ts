/** The style of the page for people: its own, since the page fetches nothing. Light or dark as the reader's system is. */
export const STYLE = `
:root{color-scheme:light dark;--page:#fff;--text:#1a1b1e;--ok:#1971c2;--failed:#c92a2a;--line:#8886;--muted:#5c636a;--card:#f1f3f5}
@media (prefers-color-scheme:dark){:root{--page:#16171a;--text:#e6e7e9;--ok:#4dabf7;--failed:#ff6b6b;--muted:#adb5bd;--card:#25262b}}
*{box-sizing:border-box}
html{background:var(--page);color:var(--text)}
body{font:16px/1.4 system-ui,sans-serif;margin:1.5rem auto;max-width:60rem;padding:0 1rem}
h1{margin:0}
h2{font-size:1.15rem;margin:2rem 0 .5rem}
h1+p,.none,figcaption,.zero{color:var(--muted)}
p{margin:.2rem 0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:.6rem;list-style:none;margin:1rem 0;padding:0}
.tiles li{background:var(--card);border-radius:.4rem;padding:.6rem .8rem}
.tiles b{display:block;font-size:1.4rem;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid var(--line);padding:.25rem .8rem .25rem 0;text-align:left;vertical-align:top;white-space:nowrap}
th{font-weight:600}
.long{white-space:normal;overflow-wrap:anywhere;min-width:9rem;width:99%}
.number{text-align:right;font-variant-numeric:tabular-nums}
figure{margin:0}
.legend span{white-space:nowrap}
svg{display:block;width:100%;height:8rem;border-bottom:1px solid var(--line)}
.ok{fill:var(--ok);color:var(--ok)}.failed{fill:var(--failed);color:var(--failed)}
figcaption{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem}
@media (max-width:36rem){
.legend{order:1;flex-basis:100%}
.long{min-width:6rem}
th,td{padding-right:.4rem}
.jobs tr{display:flex;flex-wrap:wrap;gap:0 .8rem;border-bottom:1px solid var(--line);padding:.25rem 0}
.jobs th{display:none}.jobs td{border:0;padding:0}
}
`;
