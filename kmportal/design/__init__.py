"""The look of the portal: form renderer, template tags, charts and the component gallery. It has no models."""
