"use strict";
(function () {
  const details = JSON.parse(document.getElementById("details").textContent);

  let opened = 0;

  // Everything that comes from a submission is set as text, never as markup.
  function element(name, text, properties) {
    const made = document.createElement(name);
    if (text !== null && text !== undefined) made.textContent = text;
    for (const key in properties || {}) made.setAttribute(key, properties[key]);
    return made;
  }

  function valueOf(row, column) {
    if (column === "method") return row.dataset.method.toLowerCase();
    const text = column === "year" ? row.dataset.year : row.children[2 + Number(column)].dataset.value;
    return text === undefined ? null : Number(text);
  }

  function rowsOf(body) {
    return Array.from(body.querySelectorAll(":scope > tr.row"));
  }

  // Long boards show their first rows until all are asked for.
  const LIMIT = 50;

  function limit(body) {
    const rows = rowsOf(body), fits = (row) => row.dataset.fits !== "no";
    const fitting = rows.filter(fits).length;
    const most = body.dataset.all === "yes" ? fitting : LIMIT;
    let seen = 0;
    rows.forEach((row) => {
      row.hidden = !fits(row) || seen >= most;
      seen += fits(row);
      if (row.hidden) close(row);
    });
    const old = body.querySelector(":scope > tr.rest");
    if (old) old.remove();
    body.hidden = fitting === 0;
    if (fitting > most) {
      const line = element("tr", null, { class: "rest" });
      const cell = element("td", null, { colspan: body.rows[0].cells[0].colSpan });
      cell.appendChild(element("button", "Show all " + fitting + " rows", { type: "button", class: "all" }));
      line.appendChild(cell);
      body.appendChild(line);
    }
    return fitting;
  }

  function showAll(button) {
    const body = button.closest("tbody");
    const next = rowsOf(body).filter((row) => row.dataset.fits !== "no")[LIMIT];
    body.dataset.all = "yes";
    limit(body);
    next.querySelector("button").focus();
  }

  function close(row) {
    const next = row.nextElementSibling;
    if (next && next.classList.contains("open")) next.remove();
    const button = row.querySelector(".more");
    if (!button) return;
    button.setAttribute("aria-expanded", "false");
    button.removeAttribute("aria-controls");
  }

  function sort(button) {
    const table = button.closest("table"), head = button.closest("th");
    const column = button.dataset.column;
    const before = head.getAttribute("aria-sort");
    const first = column === "method" || button.dataset.better === "lower" ? "ascending" : "descending";
    const direction = before === "none" ? first : before === "ascending" ? "descending" : "ascending";
    for (const other of table.querySelectorAll("thead th[aria-sort]")) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", direction);
    const sign = direction === "ascending" ? 1 : -1;
    for (const body of table.tBodies) {
      const rows = rowsOf(body);
      rows.forEach(close);
      // What is missing comes last either way.
      const keyed = rows.map((row, place) => ({ row, place, value: valueOf(row, column) }));
      keyed.sort((one, other) => {
        if (one.value === null || other.value === null)
          return (one.value === null) - (other.value === null) || one.place - other.place;
        if (one.value === other.value) return one.place - other.place;
        return one.value < other.value ? -sign : sign;
      });
      keyed.forEach((one) => body.appendChild(one.row));
      limit(body);
    }
  }

  function filter() {
    const text = document.getElementById("text").value.trim().toLowerCase();
    const labels = new Set(Array.from(document.querySelectorAll("input[name=label]:checked"), (one) => one.value));
    const chosen = document.getElementById("chosen").checked;
    let shown = 0, all = 0;
    for (const body of document.querySelectorAll(".board tbody[data-label]")) {
      const wanted = labels.has(body.dataset.label) && (chosen || body.dataset.chosen === "no");
      const rows = rowsOf(body);
      rows.forEach((row) => {
        row.dataset.fits = wanted && row.dataset.text.toLowerCase().includes(text) ? "yes" : "no";
      });
      all += rows.length;
      shown += limit(body);
    }
    document.getElementById("count").textContent = shown + " of " + all + " rows";
  }

  // A name from a file may run from right to left: it is kept apart from what stands beside it.
  function isolated(name, text, properties) {
    const made = element(name, null, properties);
    made.appendChild(element("bdi", String(text)));
    return made;
  }

  function table(head, rows, caption) {
    const made = element("table");
    made.appendChild(element("caption", caption));
    const top = made.createTHead().insertRow();
    head.forEach((name) => top.appendChild(element("th", name, { scope: "col" })));
    const body = made.createTBody();
    rows.forEach((cells) => {
      const line = body.insertRow();
      cells.forEach((cell, place) =>
        line.appendChild(place === 0 ? isolated("th", cell, { scope: "row" }) : element("td", cell)));
    });
    return made;
  }

  // A signature may go on in the next line between its parts.
  function breakable(made) {
    const parts = made.textContent.split("|");
    made.textContent = "";
    parts.forEach((part, place) => {
      if (place) made.append("|", element("wbr"));
      made.append(part);
    });
  }

  function facts(pairs) {
    const list = element("dl");
    for (const [name, value] of pairs) {
      if (value === null || value === undefined || value === "") continue;
      list.appendChild(element("dt", name));
      const said = element("dd"), text = element("bdi", value);
      if (name === "signature") breakable(text);
      said.appendChild(text);
      list.appendChild(said);
    }
    return list;
  }

  // What may be wider or longer than its place scrolls, with the keyboard too.
  function scrolling(made) {
    const name = made.caption.textContent;
    const box = element("div", null, { class: "parts", tabindex: "0", role: "region", "aria-label": name });
    box.appendChild(made);
    return box;
  }

  function confusion(report) {
    const found = report.confusion;
    const missing = found.matrix.length && found.matrix[0].length > found.classes.length;
    const head = ["true"].concat(found.classes.map((one) => "as " + one), missing ? ["missing"] : []);
    return table(head, found.matrix.map((row, place) => [found.classes[place]].concat(row)),
      "Confusion matrix: who was taken for what");
  }

  function byClass(report) {
    const found = report.confusion, count = found.classes.length;
    const rows = found.classes.map((name, place) => {
      const right = found.matrix[place][place];
      const truths = found.matrix[place].reduce((sum, one) => sum + one, 0);
      let taken = 0;
      for (let row = 0; row < count; row += 1) taken += found.matrix[row][place];
      const share = (up, down) => (down ? (up / down).toFixed(4) : "–");
      return [name, truths, taken, right, share(right, taken), share(right, truths), share(2 * right, taken + truths)];
    });
    return table(["class", "truths", "predicted", "right", "precision", "recall", "F1"], rows,
      report.spotting ? "By class, over spotted expressions" : "By class");
  }

  function bySubject(report) {
    // Each subject is [data set, subject, TP, FP, FN, right, analysed].
    const shown = (place) => report.subjects.some((one) => one[place] !== null);
    const places = [2, 3, 4, 5, 6].filter(shown);
    const head = ["subject"].concat(places.map((place) => ["TP", "FP", "FN", "right", "analysed"][place - 2]));
    const rows = report.subjects.map((one) =>
      [(one[0] ? one[0] + "/" : "") + one[1]].concat(places.map((place) => one[place] === null ? "–" : one[place])));
    return scrolling(table(head, rows, "By subject"));
  }

  function inside(found) {
    const made = element("div", null, { class: "inside" });
    const report = found.report, system = report ? report.system || {} : {};
    made.appendChild(facts([
      ["method", found.method], ["numbers", found.label], ["videos", found.scope],
      ["model selection", found.selection], ["source", found.source],
      ["authors", (system.authors || []).join(", ")], ["paper", system.paper === found.source ? null : system.paper], ["code", system.code],
      ["page", system.url], ["hardware", system.hardware], ["folds", report ? report.folds : null],
      ["subjects", report ? String(report.units.subjects) : null],
      ["predictions", report ? String(report.units.predictions) : null],
      ["without predictions", report && report.silent ? String(report.silent) : null],
      ["signature", found.signature],
    ]));
    const remarks = found.caveats.concat(report ? report.findings : []);
    if (remarks.length) {
      made.appendChild(element("h3", "Remarks"));
      const list = element("ul");
      remarks.forEach((one) => list.appendChild(isolated("li", one)));
      made.appendChild(list);
    }
    if (report) {
      const tables = element("div", null, { class: "tables" });
      if (report.confusion) {
        tables.appendChild(scrolling(byClass(report)));
        tables.appendChild(scrolling(confusion(report)));
      }
      if (report.subjects.length) tables.appendChild(bySubject(report));
      made.appendChild(tables);
    }
    return made;
  }

  function toggle(button) {
    const row = button.closest("tr");
    if (button.getAttribute("aria-expanded") === "true") return close(row);
    const line = element("tr", null, { class: "open" });
    const cell = element("td", null, { colspan: row.children.length });
    cell.appendChild(inside(details[row.dataset.key]));
    line.appendChild(cell);
    line.id = "more-" + (opened += 1);
    button.setAttribute("aria-controls", line.id);
    row.after(line);
    button.setAttribute("aria-expanded", "true");
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.column !== undefined) sort(button);
    else if (button.classList.contains("more")) toggle(button);
    else if (button.classList.contains("all")) showAll(button);
  });
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("filters").addEventListener("input", filter);
  filter();
})();
