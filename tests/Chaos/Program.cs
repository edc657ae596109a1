using Baton.Chaos;

var line = ChaosOptions.Command(async options =>
{
    if (!OperatingSystem.IsLinux())
    {
        await Console.Error.WriteLineAsync("This stops processes by signals: it needs Linux.");
        return 2;
    }

    var report = await new ChaosRun(options, TimeProvider.System).RunAsync();
    Console.WriteLine(report.ToJson());
    return report.IsClean ? 0 : 1;
}).Parse(args);
if (line.Errors is [var wrong, ..])
{
    await Console.Error.WriteLineAsync($"{wrong.Message} See --help.");
    return 2;
}

return await line.InvokeAsync();
