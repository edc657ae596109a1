using Baton.Soak;

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(SoakOptions.Help);
    return 0;
}
if (!OperatingSystem.IsLinux())
{
    await Console.Error.WriteLineAsync("This reads what processes hold out of /proc: it needs Linux.");
    return 2;
}
if (SoakOptions.Parse(args, out var error) is not { } options)
{
    await Console.Error.WriteLineAsync(error);
    return 2;
}

var report = await new SoakRun(options, TimeProvider.System).Run();
Console.WriteLine(report.ToJson());
return report.IsClean ? 0 : 1;
