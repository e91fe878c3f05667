"""Fields to sightings: planted values in every disguise, checked patterns and key names, masked where they are found."""
