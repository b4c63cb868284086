/* Optional comfort only: every page works without this file.
   It loads before the first paint so that a chosen theme never flashes. */
(function () {
  "use strict";
  var root = document.documentElement;
  var KEY = "theme";

  // Storage is refused in some locked-down browsers; the choice then lasts for one page.
  function stored(value) {
    try {
      if (value === undefined) return localStorage.getItem(KEY);
      if (value) localStorage.setItem(KEY, value);
      else localStorage.removeItem(KEY);
    } catch (refused) {
      return null;
    }
    return value;
  }

  function apply(theme) {
    if (theme === "light" || theme === "dark") root.setAttribute("data-theme", theme);
    else root.removeAttribute("data-theme");
  }

  function showChoice(control, theme) {
    control.querySelectorAll("button").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.value === (theme || "")));
    });
  }

  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) menu.removeAttribute("open");
    });
  }

  apply(stored());

  document.addEventListener("DOMContentLoaded", function () {
    var mistakes = document.querySelector(".error-summary");
    if (mistakes) mistakes.focus();
    // Only where the browser lets us: the address itself stands beside the button.
    if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        navigator.clipboard.writeText(button.dataset.copy).then(function () {
          button.textContent = button.dataset.copied;
        });
      });
    });
    var control = document.querySelector("[data-theme-choice]");
    if (!control) return;
    control.hidden = false;
    showChoice(control, stored());
    control.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) return;
      stored(button.value);
      apply(button.value);
      showChoice(control, button.value);
    });
  });

  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("details.menu"));
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var open = event.target.closest("details.menu[open]");
    closeMenus(null);
    if (open) open.querySelector("summary").focus();
  });

  // Shared computers: nothing stays in the browser after signing out.
  document.addEventListener("submit", function (event) {
    if (event.target.hasAttribute("data-sign-out")) stored(null);
  });
})();
