using Baton.Core.Engine;
using Microsoft.Extensions.Logging;

namespace Baton.Silo.Workers;

internal static partial class WorkerLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Worker} lost gateway {Gateway}: its sequences are released")]
    public static partial void GatewayLost(this ILogger logger, string worker, string gateway);

    [LoggerMessage(2, LogLevel.Warning, "{Worker} still had {Sequence}, which {Gateway} wants no more: its release was lost")]
    public static partial void SequenceUnwanted(this ILogger logger, string worker, SequenceKey sequence, string gateway);
}
