"""What the local page and the service share: settings, texts, figures as text, middleware, files served locally."""
