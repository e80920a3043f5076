// Asks for consent at the foot of the page, until one has answered.
(function () {
    var KEY = "consent";
    window.consent = {given: function () { return localStorage.getItem(KEY) === "yes"; }};
    function ask() {
        if (localStorage.getItem(KEY)) {
            return;
        }
        var banner = document.createElement("section");
        banner.className = "consent-banner";
        banner.style.padding = "8px 16px";
        banner.append("We and our partners would like to count your visit. ");
        ["yes", "no"].forEach(function (answer) {
            var button = document.createElement("button");
            button.type = "button";
            button.textContent = answer === "yes" ? "Accept all" : "Only what is needed";
            button.addEventListener("click", function () {
                localStorage.setItem(KEY, answer);
                banner.remove();
            });
            banner.append(button, " ");
        });
        document.body.append(banner);
    }
    document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", ask) : ask();
})();
