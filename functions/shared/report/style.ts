/** The looks of a report, light and dark; everything below `.import-report`, so that a page can embed it. */
export const reportStyle = `
:root { color-scheme: light dark; }
body { margin: 0; background: Canvas; }
.import-report {
  --text: #1b1f24; --quiet: #57606a; --ground: #ffffff; --card: #f5f7f9; --line: #d0d7de; --link: #0757b5;
  --good: #1a7f37; --changed: #0a69da; --same: #8c959f; --later: #bf8700; --bad: #c4232b;
  box-sizing: border-box; max-width: 72rem; margin: 0 auto; padding: 1rem clamp(1rem, 4vw, 2.5rem) 3rem;
  color: var(--text); background: var(--ground); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
.import-report h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; }
.import-report h2 { margin: 2rem 0 .5rem; font-size: 1.25rem; }
.import-report h3 { margin: 0; font-size: 1rem; }
.import-report p { margin: .25rem 0; }
.import-report a { color: var(--link); }
.import-report code, .import-report .code { font-family: ui-monospace, monospace; font-size: .85em; }
.import-report .supplier, .import-report .note, .import-report .code { color: var(--quiet); }
.import-report .status { display: inline-block; margin-top: .5rem; padding: .1rem .75rem; border: 2px solid; border-radius: 1rem; font-weight: 600; }
.import-report .status.completed { color: var(--good); }
.import-report .status.completed_with_problems { color: var(--text); border-color: var(--later); }
.import-report .status.failed { color: var(--bad); }
.import-report .refusal { margin-top: 1.5rem; padding: 1rem 1.25rem; border-left: 5px solid var(--bad); background: var(--card); }
.import-report .refusal h2 { margin-top: 0; }
.import-report .reason { font-size: 1.15rem; }
.import-report dl { margin: .5rem 0; }
.import-report dt { font-weight: 600; }
.import-report dd { margin: 0 0 .5rem; }
.import-report .counts { margin: 1rem 0; }
.import-report .total { color: var(--quiet); font-weight: 400; }
.import-report svg { display: block; width: 100%; height: 14px; margin: .35rem 0; border-radius: 7px; background: var(--line); }
.import-report .counts dl { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 0; }
.import-report .counts dl div { display: flex; gap: .5rem; }
.import-report .counts dt { font-weight: 400; }
.import-report .counts dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
.import-report .counts .none { color: var(--quiet); }
.import-report i { display: inline-block; width: .75em; height: .75em; margin-right: .4em; border-radius: 2px; }
.import-report rect.good { fill: var(--good); } .import-report i.good { background: var(--good); }
.import-report rect.changed { fill: var(--changed); } .import-report i.changed { background: var(--changed); }
.import-report rect.same { fill: var(--same); } .import-report i.same { background: var(--same); }
.import-report rect.later { fill: var(--later); } .import-report i.later { background: var(--later); }
.import-report rect.bad { fill: var(--bad); } .import-report i.bad { background: var(--bad); }
.import-report ul { margin: .5rem 0; padding: 0; }
.import-report .findings { list-style: none; display: grid; gap: .75rem; }
.import-report .findings li { padding: .75rem 1rem; border-left: 5px solid var(--later); background: var(--card); }
.import-report .findings li.error { border-left-color: var(--bad); }
.import-report .products { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 1rem; }
.import-report .products li { min-width: 0; font-size: .9rem; line-height: 1.35; }
.import-report .products img, .import-report .blank { box-sizing: border-box; width: 100%; height: auto; aspect-ratio: 1; border: 1px solid var(--line); border-radius: 6px; background: #ffffff; object-fit: contain; }
.import-report .blank { display: grid; place-items: center; color: var(--quiet); background: var(--card); }
.import-report .products .title { font-weight: 600; }
.import-report .products p { margin: .15rem 0; }
.import-report .files { padding-left: 1.25rem; }
.import-report .times { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
.import-report .times dd { margin: 0; }
@media (prefers-color-scheme: dark) {
  .import-report {
    --text: #e6edf3; --quiet: #9aa5b1; --ground: #14181d; --card: #1f252c; --line: #39424d; --link: #79b8ff;
    --good: #3fb950; --changed: #58a6ff; --same: #6e7781; --later: #d9a514; --bad: #ff7b72;
  }
  body { background: #14181d; }
}
`;
