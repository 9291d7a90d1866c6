(function () {
  "use strict";
  document.addEventListener("DOMContentLoaded", function () {
    var board = document.querySelector("table.matrix"), tools = document.querySelector(".tools");
    if (!board || !tools) return;
    var body = board.tBodies[0], rows = Array.from(body.rows), shown = tools.querySelector("output");
    function kept(row) {
      return Array.from(tools.querySelectorAll("[name]")).every(function (field) {
        var wanted = field.value.trim().toLowerCase(), has = row.dataset[field.name] || "";
        return !wanted || (field.name === "find" ? has.includes(wanted) : has.split(" ").includes(wanted));
      });
    }
    function filter() {
      var count = 0;
      rows.forEach(function (row) { row.hidden = !kept(row); count += row.hidden ? 0 : 1; });
      shown.textContent = count + " / " + rows.length;
    }
    function key(row, at) { var value = row.cells[at].dataset.v; return value === undefined || value === "" ? null : value; }
    function sort(head) {
      var at = head.cellIndex, down = head.getAttribute("aria-sort") !== "descending";
      Array.from(board.tHead.rows[0].cells).forEach(function (cell) { cell.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      rows.sort(function (a, b) {
        var x = key(a, at), y = key(b, at);
        if (x === null || y === null) return (x === null) - (y === null);
        var order = isNaN(x) || isNaN(y) ? x.localeCompare(y, undefined, { numeric: true }) : x - y;
        return down ? -order : order;
      });
      body.append.apply(body, rows);
    }
    tools.hidden = false;
    tools.addEventListener("input", filter);
    board.tHead.addEventListener("click", function (event) { var head = event.target.closest("th"); if (head) sort(head); });
    board.tHead.addEventListener("keydown", function (event) { if (event.key === "Enter") { var head = event.target.closest("th"); if (head) sort(head); } });
    filter();
  });
})();
