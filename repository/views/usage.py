"""How often a record was read and saved, by month and by department."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from repository.models import Record
from repository.usage_report import UsageReport
from repository.work import Work, with_work


@require_safe
def statistics(request, pk):
    """Show the figures of the whole work, or with ?of=version those of this version, to whoever may see the record."""
    record = get_object_or_404(with_work(Record.objects.visible_to(request.user), request.user), pk=pk)
    work = Work(record)
    one_version = request.GET.get("of") == "version" and len(work.versions) > 1
    counted = [record] if one_version else work.records
    context = {"record": record, "work": work, "one_version": one_version, "report": UsageReport(counted)}
    return render(request, "repository/record_statistics.html", context)
