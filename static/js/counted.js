/* Tells that a resource was read, or a file of it opened: a number for editors, without who it was. Optional. */
(function () {
  "use strict";
  var note = document.querySelector("[data-counted]");
  if (!note || !navigator.sendBeacon) return;

  function tell(what) {
    var fields = new URLSearchParams({ page: note.getAttribute("data-page"), what: what });
    navigator.sendBeacon(note.getAttribute("data-counted"), fields);
  }

  function arrived() {
    var arrival = performance.getEntriesByType("navigation")[0];
    // Coming back, or loading anew, is not another reading.
    if (!arrival || arrival.type === "navigate") tell("views");
  }

  if (document.prerendering) document.addEventListener("prerenderingchange", arrived, { once: true });
  else arrived();

  document.addEventListener("click", function (event) {
    if (event.target.closest('main a[href*="/files/documents/"]')) tell("downloads");
  });
})();
