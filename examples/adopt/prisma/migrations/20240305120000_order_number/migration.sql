-- AlterTable
ALTER TABLE "Order" ADD COLUMN     "number" TEXT,
ADD COLUMN     "placedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateIndex
CREATE UNIQUE INDEX "Order_number_key" ON "Order"("number");
