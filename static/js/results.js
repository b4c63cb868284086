/* Tells that results were shown, and which was opened: counts for editors, without who it was. Optional. */
(function () {
  "use strict";
  var note = document.querySelector("[data-noted]");
  if (!note || !navigator.sendBeacon) return;

  function tell(more) {
    var fields = new URLSearchParams(Object.assign({ token: note.getAttribute("data-token") }, more));
    navigator.sendBeacon(note.getAttribute("data-noted"), fields);
  }

  var arrival = performance.getEntriesByType("navigation")[0];
  // Coming back from a result is not another search.
  if (!arrival || arrival.type === "navigate") tell({});

  function chosen(event) {
    var link = event.target.closest("[data-position] a, #results .rows > .row a");
    if (!link) return;
    var row = link.closest("[data-position]") || link.closest(".row");
    var position = row.getAttribute("data-position");
    if (position === null) position = String(Array.prototype.indexOf.call(row.parentNode.children, row) + 1);
    tell({ position: position });
  }
  document.addEventListener("click", chosen);
  // The middle button opens a tab.
  document.addEventListener("auxclick", function (event) {
    if (event.button === 1) chosen(event);
  });
})();
