from aws_lambda_powertools import Logger, Metrics, Tracer

logger = Logger(service="peer")
metrics = Metrics(namespace="peer", service="peer")
tracer = Tracer(service="peer")
