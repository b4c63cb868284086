/* Suggestions under every search box, as an ARIA combobox. Searching works without this file. */
(function () {
  "use strict";
  var address = document.currentScript.getAttribute("data-complete");
  if (!address || !window.fetch) return;

  function titled(title) {
    var group = document.createElement("div");
    group.setAttribute("role", "group");
    if (!title) return group;
    var shown = document.createElement("div");
    shown.className = "suggestions-title";
    shown.setAttribute("aria-hidden", "true");
    shown.textContent = title;
    group.setAttribute("aria-label", title);
    group.append(shown);
    return group;
  }

  function combobox(input, number) {
    var status = document.createElement("span");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("autocomplete", "off");

    var made = listbox(input, {
      id: "suggestions-" + number,
      className: "suggestions",
      label: input.labels[0].textContent,
      wait: 120,
      text: function () {
        var text = input.value.trim();
        // Before anything is typed there are only recent searches, which visitors have none of.
        return text || document.querySelector("[data-sign-out]") ? text : null;
      },
      url: function (text) {
        return address + "?q=" + encodeURIComponent(text);
      },
      draw: function (answer, add) {
        var isEmpty = true;
        answer.groups.forEach(function (group) {
          var box = titled(group.title);
          group.items.forEach(function (item) {
            isEmpty = false;
            add(box, item.text, item.url);
          });
          made.list.append(box);
        });
        status.textContent = input.value.trim() || !isEmpty ? answer.status : "";
      },
      choose: function (url) {
        location.assign(url);
      },
    });
    input.form.append(made.list, status);
    input.addEventListener("focus", function () {
      if (!input.value) made.ask();
    });
  }

  document.querySelectorAll("form[role=search] input[name=q]").forEach(combobox);
})();
