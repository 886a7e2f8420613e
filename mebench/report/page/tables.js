"use strict";

// Everything that comes from a file is set as text, never as markup.
function element(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// A name from a file may contain right-to-left text: isolate it from the text around it.
function isolated(text) {
  return element("bdi", null, String(text));
}

function sortTable(button) {
  const head = button.closest("th"), table = button.closest("table"), column = head.cellIndex;
  const before = head.getAttribute("aria-sort"), isNumber = head.classList.contains("number");
  const first = isNumber ? "descending" : "ascending";
  const other = first === "ascending" ? "descending" : "ascending";
  for (const one of table.querySelectorAll("th[aria-sort]")) one.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", before === first ? other : first);
  const sign = head.getAttribute("aria-sort") === "ascending" ? 1 : -1;
  const body = table.tBodies[0];
  const keyed = Array.from(body.rows, (row, index) => {
    const cell = row.cells[column], value = cell.dataset.value;
    return { row, index, key: isNumber ? (value === undefined ? null : Number(value)) : cell.textContent };
  });
  const names = new Intl.Collator("en", { numeric: true });
  // Missing values come last in both directions.
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return (a.key === null) - (b.key === null) || a.index - b.index;
    return sign * (isNumber ? a.key - b.key : names.compare(a.key, b.key)) || a.index - b.index;
  });
  body.append(...keyed.map((item) => item.row));
}

function saveReport(button) {
  const reports = JSON.parse(document.getElementById("saved").textContent);
  const text = JSON.stringify(reports[Number(button.dataset.system)], null, 2) + "\n";
  const link = element("a", { download: button.dataset.name });
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.closest("th")) sortTable(button);
  if (button.classList.contains("save")) saveReport(button);
});
