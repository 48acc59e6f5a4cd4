/** Before everything else of the page, so that the ledger has all of it. */
window.ledger = window.assent.audit()
