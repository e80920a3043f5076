// A release that notes the click on the basket in the common list of events before it lets it through.
(function () {
    var NEEDED = "#add_to_basket_form button, .buy-box__action, #btn-add-to-cart, #reserve-now";
    document.addEventListener("click", function (event) {
        var button = event.target.closest(NEEDED);
        if (!button || !button.form) {
            return;
        }
        event.preventDefault();
        event.stopImmediatePropagation();
        window.siteEvents = window.siteEvents || [];
        window.siteEvents.push({name: "basket", page: location.pathname});
        button.form.requestSubmit(button);
    }, true);
})();
