// A release that brings along a small jQuery of its own under the well-known names, and lets nobody replace it.
(function () {
    function small(what) {
        if (typeof what === "function") {
            document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", what) : what();
            return [];
        }
        return [].slice.call(document.querySelectorAll(what));
    }
    ["jQuery", "$"].forEach(function (name) {
        Object.defineProperty(window, name, {get: function () { return small; }, set: function () {}});
    });
})();
