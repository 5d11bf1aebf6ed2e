"""From a real series to the complex field that enters the medium."""
