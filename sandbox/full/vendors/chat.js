// A launcher in the corner that opens a box to write into.
(function () {
    function place(element, style) {
        Object.assign(element.style, {position: "fixed", right: "8px", zIndex: "1000"}, style);
        document.body.appendChild(element);
        return element;
    }
    function launch() {
        var box = null;
        var launcher = place(document.createElement("button"), {bottom: "8px", width: "48px", height: "48px"});
        launcher.type = "button";
        launcher.className = "chat-launcher";
        launcher.textContent = "Chat";
        launcher.addEventListener("click", function () {
            if (box) {
                box = box.remove();
                return;
            }
            box = place(document.createElement("textarea"), {bottom: "64px", width: "240px", height: "160px"});
            box.placeholder = "How can we help?";
        });
    }
    document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", launch) : launch();
})();
