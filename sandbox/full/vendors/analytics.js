// Counts visits: one report a page to its own origin.
(function () {
    var home = new URL(document.currentScript.src).origin;
    var visit = {page: location.pathname, referrer: document.referrer, width: innerWidth};
    navigator.sendBeacon(home + "/collect", JSON.stringify(visit));
})();
