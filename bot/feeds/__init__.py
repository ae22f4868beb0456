"""What comes from elsewhere: fetched politely, read warily. It knows no group, no platform and no database."""
