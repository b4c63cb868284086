/* New replies announced while reading: asks now and then, ever more rarely, and only while the page is seen. */
(function () {
  "use strict";
  var FIRST = 20000, MOST = 300000, GROWS = 1.5;

  document.addEventListener("DOMContentLoaded", function () {
    var place = document.querySelector("[data-news]");
    if (!place || !window.htmx) return;
    var wait = FIRST, said = "", timer = 0, isOver = false;

    function plan() {
      clearTimeout(timer);
      if (!document.hidden && !isOver) timer = setTimeout(ask, wait);
    }

    function ask() {
      wait = Math.min(wait * GROWS, MOST);
      window.htmx.trigger(place, "news");
      plan();
    }

    document.addEventListener("visibilitychange", function () {
      wait = FIRST;
      plan();
    });
    place.addEventListener("htmx:beforeSwap", function (event) {
      var text = event.detail.xhr.responseText;
      // A screen reader would say the same words again.
      if (text === said) event.detail.shouldSwap = false;
      said = text;
    });
    // The thread is gone, or the reader has signed out.
    place.addEventListener("htmx:responseError", function () {
      isOver = true;
    });
    plan();
  });
})();
