"""From decisions to the new text of a document; every byte that need not change stays."""
