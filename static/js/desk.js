/* The desk's keys; nothing needs them. They work only while the focus is inside the list,
   so that nobody who dictates or types elsewhere decides something by accident. */
(function () {
  "use strict";
  var desk = document.querySelector("[data-desk]");
  if (!desk) return;
  var items = Array.prototype.slice.call(desk.querySelectorAll("[data-desk-item]"));
  document.querySelector("[data-desk-keys]").hidden = !matchMedia("(hover: hover)").matches;

  function currentIndex() {
    return items.indexOf(document.activeElement.closest("[data-desk-item]"));
  }

  function move(step) {
    var next = items[currentIndex() + step];
    if (next) next.focus();
  }

  // Opens the form; sending it stays a press of its button.
  function open(key) {
    var item = items[currentIndex()];
    var form = item && item.querySelector('[data-key="' + key + '"]');
    if (!form) return;
    form.open = true;
    form.querySelector("input[type=radio]").focus();
  }

  var keys = {
    j: function () { move(1); },
    k: function () { move(-1); },
    a: function () { open("a"); },
    r: function () { open("r"); }
  };

  desk.addEventListener("focusin", function (event) {
    var current = event.target.closest("[data-desk-item]");
    items.forEach(function (item) { item.classList.toggle("is-current", item === current); });
  });

  desk.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("textarea, input[type=text], select")) return;
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
