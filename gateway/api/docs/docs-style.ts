/** The colours of the product, for the one page that the gateway draws itself. */
export const docsStyle = `
:root{color-scheme:light dark;--bg:light-dark(#f8f8f6,#111110);--surface:light-dark(#fff,#171716);--sunken:light-dark(#fafaf8,#131312);--line:light-dark(#e7e7e3,#272725);--text:light-dark(#1b1b19,#ecece8);--text-2:light-dark(#4d4d48,#b7b7b0);--text-3:light-dark(#6a6a64,#969690);--accent:light-dark(#0a6c74,#5fc3ca);--red:light-dark(#b8261f,#ff9189)}
*{box-sizing:border-box}html{scroll-behavior:smooth}
body{margin:0;display:grid;grid-template-columns:212px minmax(0,1fr);background:var(--bg);color:var(--text);font:13px/20px system-ui,sans-serif}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:16px 8px;border-right:1px solid var(--line)}
nav a{display:flex;justify-content:space-between;padding:3px 8px;color:var(--text-2);text-decoration:none}
nav a.home{font-weight:600;color:var(--text);padding-bottom:12px}
nav a:hover{color:var(--accent)}
main{background:var(--surface);padding:24px 32px 64px;max-width:1040px}
h1{font-size:22px;line-height:28px;margin:0 0 8px}h2{font-size:16px;margin:32px 0 8px;text-transform:capitalize}h3{font-size:13px;margin:16px 0 4px}h4{font-size:12px;margin:12px 0 4px;color:var(--text-2)}
a{color:var(--accent)}:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
code,pre{font:12px/18px ui-monospace,SFMono-Regular,Menlo,monospace}
pre{margin:0;padding:8px 12px;overflow:auto;background:var(--sunken);border:1px solid var(--line);border-radius:4px}
pre i,td i{color:var(--text-3);font-style:normal}pre b{font-weight:500}
small{color:var(--text-3);font-weight:400}
dl{display:grid;grid-template-columns:104px 1fr;gap:6px 16px;margin:16px 0}dt{color:var(--text-3)}dd{margin:0}
details{border-top:1px solid var(--line)}details:last-of-type{border-bottom:1px solid var(--line)}
summary{display:grid;grid-template-columns:56px minmax(0,1fr);gap:0 8px;padding:6px 4px;cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}summary:hover{background:var(--bg)}
summary code{overflow-wrap:anywhere}.s{grid-column:2;color:var(--text-2)}
.m{font:600 11px/18px ui-monospace,monospace;color:var(--text-3)}.m.post,.m.put,.m.patch{color:var(--accent)}.m.delete{color:var(--red)}
.in{padding:0 4px 16px 68px}.in p{margin:4px 0 8px;color:var(--text-2)}
table{border-collapse:collapse;width:100%}td{padding:3px 16px 3px 0;border-bottom:1px solid var(--line);vertical-align:top}
td:first-child{white-space:nowrap}
@media(max-width:720px){body{display:block}nav{position:static;height:auto;display:flex;flex-wrap:wrap;border:0;border-bottom:1px solid var(--line);padding:8px}nav a.home{padding-bottom:3px}nav small{display:none}main{padding:16px}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}.in{padding-left:4px}table,tbody,tr,td{display:block;border:0;padding-right:0}tr{padding:4px 0;border-bottom:1px solid var(--line)}td:first-child{white-space:normal}}
@media(prefers-reduced-motion){html{scroll-behavior:auto}}
`.trim()
