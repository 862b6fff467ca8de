"""Celery wrappers of the queue."""

from celery import shared_task

from core import queue


@shared_task(name="core.run_job")
def run_job(job_id):
    """Do one recorded job."""
    return str(queue.run(job_id))


@shared_task(name="core.sweep")
def sweep():
    """Send again what was left behind."""
    return queue.sweep()
