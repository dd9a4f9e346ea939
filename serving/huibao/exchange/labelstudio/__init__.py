"""Label Studio's forms: the configuration of a project, tasks with predictions, exports."""
