// Reports where visitors click, when they leave the page.
(function () {
    var home = new URL(document.currentScript.src).origin;
    var clicks = [];
    document.addEventListener("click", function (event) { clicks.push([event.pageX, event.pageY]); }, {passive: true});
    addEventListener("pagehide", function () {
        if (clicks.length) {
            navigator.sendBeacon(home + "/collect", JSON.stringify({page: location.pathname, clicks: clicks}));
        }
    });
})();
