// A release whose invisible frame comes to lie over the button that customers need.
(function () {
    var NEEDED = "#add_to_basket_form button, .buy-box__action, #btn-add-to-cart, #reserve-now";
    function cover() {
        var button = document.querySelector(NEEDED);
        if (!button) {
            return;
        }
        var frame = document.createElement("div");
        frame.className = "engagement-frame";
        function lay() {
            var place = button.getBoundingClientRect();
            Object.assign(frame.style, {
                position: "absolute", zIndex: "2147483647",
                left: place.left + scrollX + "px", top: place.top + scrollY + "px",
                width: place.width + "px", height: place.height + "px"
            });
        }
        document.body.append(frame);
        new ResizeObserver(lay).observe(document.body);
        addEventListener("resize", lay);
        lay();
    }
    document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", cover) : cover();
})();
