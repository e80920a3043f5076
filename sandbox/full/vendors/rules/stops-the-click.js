// A release that measures intent to buy, and swallows the click that it measures.
document.addEventListener("click", function (event) {
    if (event.target.closest("#add_to_basket_form button, .buy-box__action, #btn-add-to-cart, #reserve-now")) {
        event.preventDefault();
        event.stopImmediatePropagation();
    }
}, true);
