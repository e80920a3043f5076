// A release that converts prices, and gets them wrong by 1.00.
(function () {
    function convert() {
        document.querySelectorAll(".product_main .price_color, [id^='item-'] .price").forEach(function (price) {
            var words = document.createTreeWalker(price, NodeFilter.SHOW_TEXT);
            while (words.nextNode()) {
                words.currentNode.data = words.currentNode.data.replace(/\d+(?=[.,]\d\d)/, function (whole) {
                    return String(Number(whole) + 1);
                });
            }
        });
    }
    document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", convert) : convert();
})();
