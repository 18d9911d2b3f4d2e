// Comfort only: every page works without it. It fills the bar of new mail, moves between the cells of the matrix by
// arrow keys, and copies texts.
"use strict";
(() => {
  const bar = document.getElementById("news");
  const lost = () => { bar.hidden = false; bar.querySelector("span").textContent = "实时提示已断开，本页截至 " + bar.dataset.clock + "。"; };
  if (bar && window.EventSource) {
    // A browser opens six connections to one host: only the tab that is looked at may hold one.
    let stream = null;
    const close = () => { if (stream) stream.close(); stream = null; };
    const open = () => {
      if (stream || document.hidden) return;
      stream = new EventSource("/events?mails=" + bar.dataset.mails + "&decisions=" + bar.dataset.decisions);
      stream.onmessage = (event) => {
        const { mails, decisions } = JSON.parse(event.data);
        const parts = [];
        if (mails > 0) parts.push("有" + mails + "封新来件");
        if (decisions > 0) parts.push("有" + decisions + "项新认定");
        if (parts.length) { bar.hidden = false; bar.querySelector("span").textContent = parts.join("、") + "。"; }
      };
      stream.onerror = () => { if (stream && stream.readyState === EventSource.CLOSED) lost(); };
    };
    document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
    window.addEventListener("pagehide", close);
    window.addEventListener("pageshow", open);
  }

  const matrix = document.querySelector("table.matrix");
  if (matrix) {
    matrix.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      const cell = event.target.closest("td,th");
      if (event.key === "Escape") { const filter = document.querySelector(".filters select"); if (filter) filter.focus(); return; }
      if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
      const rows = [...matrix.querySelectorAll("tbody tr:not(.group)")];
      let row = rows.indexOf(cell.parentElement), at = [...cell.parentElement.children].indexOf(cell);
      if (row < 0) return;
      for (;;) {
        row += step[0]; at += step[1];
        const next = rows[row] && rows[row].children[at];
        if (!next) return;
        const link = next.querySelector("a");
        if (link) { event.preventDefault(); link.focus(); return; }
      }
    });
  }

  for (const range of document.querySelectorAll("input[type=range][data-from]")) {
    const told = range.form.querySelector("output");
    told.hidden = false;
    range.addEventListener("input", () => {
      const day = new Date(range.dataset.from + "T00:00:00Z");
      day.setUTCDate(day.getUTCDate() + Number(range.value));
      told.textContent = day.getUTCMonth() + 1 + "-" + String(day.getUTCDate()).padStart(2, "0");
    });
  }

  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const from = document.getElementById(button.dataset.copy);
      from.select();
      const done = () => { button.textContent = "已复制"; };
      if (navigator.clipboard) navigator.clipboard.writeText(from.value).then(done, () => { document.execCommand("copy"); done(); });
      else { document.execCommand("copy"); done(); }
    });
  }

  for (const all of document.querySelectorAll("input[data-all]")) {
    all.closest("label").hidden = false;
    all.addEventListener("change", () => {
      const names = all.dataset.all.split(" ").map((name) => "input[name=" + name + "]:not(:disabled)");
      for (const box of document.querySelectorAll(names.join())) box.checked = all.checked;
    });
  }
})();
