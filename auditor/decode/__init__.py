"""Messages to fields: undoes every encoding that a content may wear, nested, within limits."""
